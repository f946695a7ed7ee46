/** The words that names are made of: common words of offices, machines and programs, some with letters beyond ASCII. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const OFFICE_WORDS = words(`
  report invoice contract offer budget minutes meeting plan summary letter order delivery customer supplier project
  draft final review approval schedule forecast balance tax payroll holiday travel expense receipt quote agenda
  protocol concept analysis survey training onboarding policy guideline checklist template overview status quarterly
  annual monthly weekly marketing sales purchase warehouse legal finance board audit insurance bank loan rent lease
  application candidate interview handbook manual drawing specification certificate warranty claim complaint request
  answer notes presentation proposal strategy newsletter press campaign brochure price list catalogue stock transfer
  statement account closing reminder agreement amendment appendix attachment confirmation inspection maintenance
`);

export const CODE_WORDS = words(`
  index main utils helper config client server handler parser buffer stream reader writer cache queue worker task
  event model view controller service factory builder module package core common base test spec fixture mock type
  error result option value key map list tree node graph table column row field schema query filter sort merge
  split copy move load save open close read write sync async lock state store session token user role auth login
  http socket request response header body route path file folder archive zip hash crypto random math vector matrix
  image color font layout widget button dialog menu icon theme style color input output format encode decode
  string number date time zone locale message log trace debug info plugin hook adapter bridge proxy native init
`);

export const MEDIA_WORDS = words(`
  summer winter spring autumn beach mountain lake city garden house family friends birthday wedding party concert
  holiday trip tour flight train road night morning evening sunset snow rain river forest island harbour bridge
  street market museum park school team match final game song love dance live remix blue red green golden little
  big old new first last day light dream heart home world time way back again never always
`);

export const PLACE_WORDS = words(`
  north south east west central berlin london paris zurich vienna madrid oslo dublin boston austin denver plant
  site office branch depot region line hall floor building lab store hub yard tower
`);

export const PEOPLE_WORDS = words(`
  anna ben carla david emma frank greta henry ines jonas karin lena martin nina oliver paula robert sarah thomas
  ulrike victor wendy meyer smith jones brown fischer weber wagner becker koch rossi garcia martinez dubois moreau
  kowalski novak horvat jensen larsen nilsson tanaka sato kim chen
`);

export const ACCENTED_WORDS = words(`
  Übersicht Angebot_für Verträge Prüfung Straße Größe Änderung Müller résumé café déjà-vu protégé España señal
  façade naïve Zürich Málaga København Ærø Łódź čeština отчёт договор счёт 日本語 写真 資料 報告書 한국어
`);

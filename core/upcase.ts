/**
 * Which names differ by case alone, as NTFS and thus SMB shares have it: each UTF-16 code unit has one upper case, out of a table that is
 * the same for all languages and has not changed since Windows 8 ([MS-UCODEREF], "Windows 8 Upper Case Mapping Table"; on a volume it
 * is the file $UpCase). JavaScript's upper case is another one: it makes I of ı, S of ſ, SS of ß, folds pairs of surrogates, and
 * learns letters with each version of Unicode. A file would be deleted for another one, which the share has beside it.
 */

/**
 * `first-last>upper`, hexadecimal: what follows `first` becomes what follows `upper`. With a colon, every second one between the two.
 * What is not here is its own upper case.
 */
const RUNS = `
  61-7a>41 e0-f6>c0 f8-fe>d8 ff>178 101:12f>100 133:137>132 13a:148>139 14b:177>14a 17a:17e>179 180>243 183:185>182
  188>187 18c>18b 192>191 195>1f6 199>198 19a>23d 19e>220 1a1:1a5>1a0 1a8>1a7 1ad>1ac 1b0>1af 1b4:1b6>1b3 1b9>1b8
  1bd>1bc 1bf>1f7 1c6>1c4 1c9>1c7 1cc>1ca 1ce:1dc>1cd 1dd>18e 1df:1ef>1de 1f3>1f1 1f5>1f4 1f9:21f>1f8 223:233>222
  23c>23b 242>241 247:24f>246 250>2c6f 251>2c6d 253>181 254>186 256-257>189 259>18f 25b>190 260>193 263>194 268>197
  269>196 26b>2c62 26f>19c 271>2c6e 272>19d 275>19f 27d>2c64 280>1a6 283>1a9 288>1ae 289>244 28a-28b>1b1 28c>245 292>1b7
  371:373>370 377>376 37b-37d>3fd 3ac>386 3ad-3af>388 3b1-3c1>391 3c3-3cb>3a3 3cc>38c 3cd-3ce>38e 3d7>3cf 3d9:3ef>3d8
  3f2>3f9 3f8>3f7 3fb>3fa 430-44f>410 450-45f>400 461:481>460 48b:4bf>48a 4c2:4ce>4c1 4cf>4c0 4d1:523>4d0 561-586>531
  1d79>a77d 1d7d>2c63 1e01:1e95>1e00 1ea1:1eff>1ea0 1f00-1f07>1f08 1f10-1f15>1f18 1f20-1f27>1f28 1f30-1f37>1f38
  1f40-1f45>1f48 1f51:1f57>1f59 1f60-1f67>1f68 1f70-1f71>1fba 1f72-1f75>1fc8 1f76-1f77>1fda 1f78-1f79>1ff8
  1f7a-1f7b>1fea 1f7c-1f7d>1ffa 1f80-1f87>1f88 1f90-1f97>1f98 1fa0-1fa7>1fa8 1fb0-1fb1>1fb8 1fb3>1fbc 1fc3>1fcc
  1fd0-1fd1>1fd8 1fe0-1fe1>1fe8 1fe5>1fec 1ff3>1ffc 214e>2132 2170-217f>2160 2184>2183 24d0-24e9>24b6 2c30-2c5e>2c00
  2c61>2c60 2c65>23a 2c66>23e 2c68:2c6c>2c67 2c73>2c72 2c76>2c75 2c81:2ce3>2c80 2d00-2d25>10a0 a641:a65f>a640
  a663:a66d>a662 a681:a697>a680 a723:a72f>a722 a733:a76f>a732 a77a:a77c>a779 a77f:a787>a77e a78c>a78b ff41-ff5a>ff21
`;

const ASCII = /^[\0-\u007F]*$/;
/** Made when it is first asked for: most names are ASCII, and most commands ask for none. */
let table: Uint16Array | undefined;

/** Equal for names that differ by case alone. As long as the name. */
export function upcase(name: string): string {
  if (ASCII.test(name)) return name.toUpperCase();
  const upper = (table ??= upperCases());
  const units = new Uint16Array(name.length);
  for (let index = 0; index < name.length; index++) units[index] = upper[name.charCodeAt(index)] ?? 0;
  return String.fromCharCode(...units);
}

function upperCases(): Uint16Array {
  const upper = Uint16Array.from({ length: 0x1_00_00 }, (_, unit) => unit);
  for (const [, from = "", step, to = "", into = ""] of RUNS.matchAll(/(\w+)(?:([-:])(\w+))?>(\w+)/g)) {
    const first = Number.parseInt(from, 16);
    const last = step === undefined ? first : Number.parseInt(to, 16);
    const added = Number.parseInt(into, 16) - first;
    for (let unit = first; unit <= last; unit += step === ":" ? 2 : 1) upper[unit] = unit + added;
  }
  return upper;
}

import { describeBesideBackup } from "./support/describe-beside-backup.js";

describeBesideBackup("here");

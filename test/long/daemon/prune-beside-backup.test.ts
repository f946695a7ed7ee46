import { describeBesideBackup } from "../../daemon/prune/support/describe-beside-backup.js";

describeBesideBackup("elsewhere");

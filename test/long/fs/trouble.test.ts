import { describeTrouble } from "../../fs/contract/describe-trouble.js";
import { DEVFUSE, FUSE_NATIVE } from "../../fs/support/transports.js";

describeTrouble(DEVFUSE, ["plain"]);
describeTrouble(FUSE_NATIVE, ["encrypted", "remote"]);

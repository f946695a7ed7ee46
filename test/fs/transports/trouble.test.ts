import { describeTrouble } from "../contract/describe-trouble.js";
import { DEVFUSE, FUSE_NATIVE } from "../support/transports.js";

describeTrouble(DEVFUSE, ["encrypted", "remote"]);
describeTrouble(FUSE_NATIVE, ["plain"]);

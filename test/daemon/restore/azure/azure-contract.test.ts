import { describeTarget } from "../target-contract.js";
import { startAzureTarget } from "./fixture.js";

describeTarget("an Azure Files share", () => startAzureTarget());
describeTarget("an NFS share", () => startAzureTarget({ protocol: "NFS" }));

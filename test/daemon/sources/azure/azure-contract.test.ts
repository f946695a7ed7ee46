// The contract on Azure Files: the real SDK, over HTTP, against the emulator.
import { describeSourceContract } from "../source-contract.js";
import { startAzure } from "./fixture.js";

describeSourceContract("Azure Files", startAzure);

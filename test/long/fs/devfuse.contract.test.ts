import { beforeEach } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { describeTransport } from "../../fs/contract/describe-transport.js";
import { DEVFUSE } from "../../fs/support/transports.js";

beforeEach((ctx) => requireCapability(ctx, "root"));

describeTransport(DEVFUSE, { encrypted: "everything", remote: "everything" });

import { beforeEach, expect, test } from "vitest";
import { type Fixture, failure, raw, signed, startFixture } from "./fixture.js";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  return () => fixture[Symbol.asyncDispose]();
});

const rule = {
  allowedOrigins: "https://a.example,https://b.example",
  allowedMethods: "GET,PUT",
  allowedHeaders: "x-ms-meta-data*,x-ms-date",
  exposedHeaders: "x-ms-*",
  maxAgeInSeconds: 500,
};

const preflight = (headers: Record<string, string>) =>
  raw(fixture.emulator, "/devstoreaccount1/data/a", { method: "OPTIONS", headers });

test("a preflight passes by the rule that allows its origin, method and headers", async () => {
  await fixture.service.setProperties({ cors: [rule] });
  const asked = {
    origin: "https://b.example",
    "access-control-request-method": "PUT",
    "access-control-request-headers": "x-ms-date,X-MS-Meta-Data1",
  };
  const answer = await preflight(asked);
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    "access-control-allow-origin": "https://b.example",
    "access-control-allow-methods": "PUT",
    "access-control-allow-headers": "x-ms-date,X-MS-Meta-Data1",
    "access-control-max-age": "500",
    "access-control-allow-credentials": "true",
  });
  expect(fixture.emulator.requests.count("Preflight File Request")).toBe(1);
  for (const other of [
    { origin: "https://c.example" },
    { "access-control-request-method": "DELETE" },
    { "access-control-request-headers": "x-ms-lease-id" },
  ]) {
    const refused = await preflight({ ...asked, ...other });
    expect([refused.status, refused.headers["x-ms-error-code"]]).toEqual([403, "CorsPreflightFailure"]);
  }
});

test("a preflight that says no origin is malformed, and without rules none passes", async () => {
  const method = { "access-control-request-method": "GET" };
  expect((await preflight(method)).status).toBe(400);
  expect((await preflight({ ...method, origin: "https://a.example" })).status).toBe(403);
});

test("answers tell browsers who may read them", async () => {
  fixture.emulator.service().share("data").seed.file("a", "x");
  const get = (headers = {}) => signed(fixture.emulator, "GET", "/data/a", { headers });
  expect((await get({ origin: "https://a.example" })).headers["access-control-allow-origin"]).toBeUndefined();
  await fixture.service.setProperties({ cors: [rule] });
  expect((await get({ origin: "https://a.example" })).headers).toMatchObject({
    "access-control-allow-origin": "https://a.example",
    "access-control-expose-headers": "x-ms-*",
    vary: "Origin",
  });
  expect((await get()).headers).toMatchObject({ vary: "Origin" });
  await fixture.service.setProperties({ cors: [{ ...rule, allowedOrigins: "*" }] });
  const open = await get({ origin: "https://c.example" });
  expect(open.headers["access-control-allow-origin"]).toBe("*");
  expect(open.headers["vary"]).toBeUndefined();
});

test("settings that are none are refused, and those that are left out stay", async () => {
  const set = (xml: string) =>
    signed(fixture.emulator, "PUT", "/", {
      query: { comp: "properties", restype: "service" },
      body: `<?xml version="1.0"?><StorageServiceProperties>${xml}</StorageServiceProperties>`,
    });
  const code = async (xml: string) => (await set(xml)).headers["x-ms-error-code"];
  const cors = (inner: string) => `<Cors><CorsRule>${inner}</CorsRule></Cors>`;
  expect(await code(cors("<AllowedMethods>GET</AllowedMethods>"))).toBe("MissingRequiredXmlNode");
  expect(await code(cors("<AllowedOrigins>*</AllowedOrigins><AllowedMethods>FETCH</AllowedMethods>"))).toBe(
    "InvalidXmlNodeValue",
  );
  expect(await code("<HourMetrics><Enabled>false</Enabled></HourMetrics>")).toBe("MissingRequiredXmlNode");
  expect(await code("<HourMetrics><Version>2.0</Version><Enabled>false</Enabled></HourMetrics>")).toBe(
    "InvalidXmlNodeValue",
  );
  expect(await code("<HourMetrics><Version>1.0</Version><Enabled>true</Enabled></HourMetrics>")).toBe(
    "MissingRequiredXmlNode",
  );
  const long = "<RetentionPolicy><Enabled>true</Enabled><Days>366</Days></RetentionPolicy>";
  expect(await code(`<HourMetrics><Version>1.0</Version><Enabled>false</Enabled>${long}</HourMetrics>`)).toBe(
    "InvalidXmlNodeValue",
  );
  await fixture.service.setProperties({ cors: [rule] });
  await fixture.service.setProperties({ minuteMetrics: { version: "1.0", enabled: true, includeAPIs: true } });
  expect(await fixture.service.getProperties()).toMatchObject({ cors: [rule], minuteMetrics: { enabled: true } });
  expect(await failure(fixture.service.setProperties({ cors: Array.from({ length: 6 }, () => rule) }))).toMatchObject({
    code: "InvalidXmlDocument",
  });
});

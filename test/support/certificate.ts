// Owns throw-away certificates for servers of tests: self-signed, for this machine alone, and made without any program.
// DER by hand (X.509, RFC 5280), as node:crypto signs but makes no certificates.
import { createSign, generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";

export interface Certificate {
  /** PEM; who trusts it as a CA trusts the server. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

const OID = {
  commonName: "550403",
  basicConstraints: "551d13",
  subjectAltName: "551d11",
  ecdsaWithSha256: "2a8648ce3d040302",
} as const;

/** For `localhost`, `*.file.localhost` and 127.0.0.1; good for a day. */
export function selfSigned(): Certificate {
  // Each has a name of its own: that is how a client finds which of those it trusts has signed.
  const name = `sharestrata test ${randomBytes(6).toString("hex")}`;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const subject = sequence(set(sequence(oid(OID.commonName), der(0x0c, Buffer.from(name)))));
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const now = Date.now();
  const names = sequence(
    der(0x82, Buffer.from("localhost")),
    der(0x82, Buffer.from("*.file.localhost")),
    der(0x87, Buffer.from([127, 0, 0, 1])),
  );
  const extensions = sequence(
    sequence(
      oid(OID.basicConstraints),
      der(0x01, Buffer.from([0xff])),
      octets(sequence(der(0x01, Buffer.from([0xff])))),
    ),
    sequence(oid(OID.subjectAltName), octets(names)),
  );
  const unsigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x40]), randomBytes(8)])),
    algorithm,
    subject,
    sequence(time(now - 3_600_000), time(now + 86_400_000)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions),
  );
  const signature = createSign("sha256").update(unsigned).sign(privateKey);
  const whole = sequence(unsigned, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return {
    cert: new X509Certificate(whole).toString(),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts));
const set = (...parts: readonly Buffer[]): Buffer => der(0x31, Buffer.concat(parts));
const octets = (content: Buffer): Buffer => der(0x04, content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const time = (ms: number): Buffer =>
  der(
    0x18,
    Buffer.from(
      new Date(ms)
        .toISOString()
        .replace(/[-:T]/g, "")
        .replace(/\.\d+Z$/, "Z"),
    ),
  );

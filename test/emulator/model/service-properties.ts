// The file service's own settings: metrics, CORS and the SMB protocol. Only CORS changes how the emulator
// behaves; the rest is stored and returned.

export interface RetentionPolicy {
  readonly enabled: boolean;
  readonly days?: number;
}

export interface Metrics {
  readonly version: string;
  readonly enabled: boolean;
  readonly includeApis?: boolean;
  readonly retention: RetentionPolicy;
}

export interface CorsRule {
  readonly allowedOrigins: string;
  readonly allowedMethods: string;
  readonly allowedHeaders: string;
  readonly exposedHeaders: string;
  readonly maxAgeSeconds: number;
}

export interface ServiceProperties {
  readonly hourMetrics: Metrics;
  readonly minuteMetrics: Metrics;
  readonly cors: readonly CorsRule[];
  readonly multichannel: boolean;
}

const off: Metrics = { version: "1.0", enabled: false, retention: { enabled: false } };

export const defaultServiceProperties: ServiceProperties = {
  hourMetrics: { ...off, enabled: true, includeApis: true, retention: { enabled: true, days: 7 } },
  minuteMetrics: off,
  cors: [],
  multichannel: false,
};

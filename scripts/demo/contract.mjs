// Owns everything the demo assumes about the command line and the emulator: where one of them changes, this file does too.

/** The share that is backed up: tenant and share name, as the commands address it. */
export const share = "acme/docs";

/** The share's name in the emulated account. */
export const sourceShare = "docs";

/** Every command names it, as a person would; everything else of the demo lies beside it. */
export const config = "demo.yaml";

/**
 * How the emulator is started, and what its first line tells. Its account and key are those every Azure emulator has, and no
 * secret.
 */
export const emulator = {
  script: "test/emulator/main.ts",
  args: ["--port", "0"],
  account: "devstoreaccount1",
  connectionString: /[^\s'"]*\bAccountKey=[^\s'"]+/,
  fileEndpoint: /FileEndpoint=(?<endpoint>[^;\s'"]+)/,
  accountKey: /AccountKey=(?<key>[^;\s'"]+)/,
};

/** How the key reaches the commands: by the variable that the Azure command line knows too, never by an argument. */
export const keyVariable = "AZURE_STORAGE_KEY";

/** @param {string} endpoint of the emulator's account */
export const source = (endpoint) => `azure-files://${emulator.account}/${sourceShare}?endpoint=${endpoint}`;

/** @param {string} snapshot @param {string} [path] */
const address = (snapshot, path) => `${share}@${snapshot}${path === undefined ? "" : `:/${path}`}`;

/** The commands, as they are typed in a shell; all of them read the configuration. */
export const commands = {
  /** @param {string} endpoint @param {string} store */
  init: (endpoint, store) =>
    `sharestrata init --config ${config} --share ${share} --source '${source(endpoint)}' --store ${store}`,
  backup: () => `sharestrata backup ${share} --config ${config}`,
  snapshots: () => `sharestrata snapshots ${share} --config ${config}`,
  snapshotsAsJson: () => `sharestrata snapshots ${share} --json --config ${config}`,
  /** @param {string} snapshot @param {string} [path] */
  ls: (snapshot, path) => `sharestrata ls '${address(snapshot, path)}' --config ${config}`,
  /** @param {string} from @param {string} to */
  diff: (from, to) => `sharestrata diff ${share}@${from} ${share}@${to} --config ${config}`,
  /** @param {string} snapshot @param {string} path @param {string} folder */
  restore: (snapshot, path, folder) =>
    `sharestrata restore '${address(snapshot, path)}' --to ${folder} --config ${config}`,
  /** @param {string} folder */
  mount: (folder) => `sharestrata mount ${folder} --background --config ${config}`,
  /** @param {string} folder */
  umount: (folder) => `sharestrata umount ${folder}`,
};

/** Where a snapshot is in the mount. @param {string} folder @param {string} snapshot */
export const mountedAt = (folder, snapshot) => `${folder}/${share}/${snapshot}`;

/**
 * The names of the snapshots, oldest first.
 * @param {string} json what `snapshotsAsJson` prints
 * @returns {string[]}
 */
export function snapshotNames(json) {
  const parsed = JSON.parse(json);
  /** @type {{name: string}[]} */
  const list = Array.isArray(parsed) ? parsed : parsed.snapshots;
  return list.map(({ name }) => name);
}

/** Statuses that are no failure in the story: diff ends with 1 where there are differences, ours as well as GNU's. */
export const differs = [0, 1];

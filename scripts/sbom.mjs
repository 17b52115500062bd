/**
 * Writes sbom.json, or the file that is named: what is shipped, as CycloneDX has it. Asks the lockfile and the dashboard's imports,
 * nobody on the network; the same commit makes the same file.
 *
 * Not `npm sbom --omit=dev`: npm 11 leaves out whatever a package of the development also asks for (rxjs, @nestjs/core), and what
 * is built into the dashboard, which for npm is development.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CLIENT = 'src/dashboard/client';

const [out = 'sbom.json'] = process.argv.slice(2);

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const root = packages[''];

const shipped = new Map();
const imported = importedByClient();
const bundled = Object.keys(root.devDependencies).filter((name) => imported.has(name));
for (const name of [...Object.keys(root.dependencies), ...bundled]) ship(placeOf('', name), 'required');
// Each for one platform: there where it is that.
for (const name of Object.keys(root.optionalDependencies)) ship(placeOf('', name), 'optional');

const components = [...shipped].map(([place, scope]) => componentOf(place, scope));
const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: { component: { type: 'application', 'bom-ref': refOf(''), name: root.name, version: root.version } },
  components: unique(components, (component) => component['bom-ref']),
  dependencies: unique(
    ['', ...shipped.keys()].map((place) => ({ ref: refOf(place), dependsOn: neededBy(place).map(refOf) })),
    ({ ref }) => ref,
  ),
};
writeFileSync(out, `${JSON.stringify(bom, null, 2)}\n`);
console.log(`${out}: ${bom.components.length} packages that are shipped`);

/** Notes a package, and whatever it needs; what is needed by all is no choice, whoever else has it as one. */
function ship(place, scope) {
  if (shipped.get(place) === 'required' || shipped.get(place) === scope) return;
  shipped.set(place, scope);
  for (const needed of neededBy(place)) {
    const isChoice = Object.hasOwn(packages[place].optionalDependencies ?? {}, nameOf(needed));
    ship(needed, isChoice ? 'optional' : scope);
  }
}

/** Where the packages lie that one needs; those of its peers that it can do without are not looked for. */
function neededBy(place) {
  if (place === '') return [...shipped.keys()].filter((each) => isOfRoot(each));
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} } = packages[place];
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta[name]?.optional);
  const names = [...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies ?? {}), ...peers];
  return names.map((name) => placeOf(place, name)).filter((each) => each !== undefined);
}

function isOfRoot(place) {
  const name = nameOf(place);
  if (placeOf('', name) !== place) return false;
  return [root.dependencies, root.optionalDependencies].some((of) => Object.hasOwn(of, name)) || bundled.includes(name);
}

/** Where Node finds a package of that name: beside who asks, or further up; undefined where it is not installed. */
function placeOf(from, name) {
  for (let base = from; ; base = base.slice(0, Math.max(base.lastIndexOf('/node_modules/'), 0))) {
    const place = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
    if (packages[place]) return place;
    if (base === '') return undefined;
  }
}

function componentOf(place, scope) {
  const { version, license, integrity } = packages[place];
  const [algorithm, digest] = (integrity ?? '').split('-', 2);
  return {
    type: 'library',
    'bom-ref': refOf(place),
    name: nameOf(place),
    version,
    scope,
    purl: refOf(place),
    ...(algorithm === 'sha512' && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
    }),
    ...(license && { licenses: [/[ (]/.test(license) ? { expression: license } : { license: { id: license } }] }),
  };
}

function refOf(place) {
  const name = place === '' ? root.name : nameOf(place);
  return `pkg:npm/${name.replace('@', '%40')}@${(place === '' ? root : packages[place]).version}`;
}

function nameOf(place) {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** The packages whose code or styles the dashboard imports, and that are so built into it. */
function importedByClient() {
  const files = readdirSync(CLIENT, { recursive: true }).filter((file) => /(?<!\.spec)\.tsx?$/.test(file));
  const texts = files.map((file) => readFileSync(join(CLIENT, file), 'utf8')).join('\n');
  const imports = [...texts.matchAll(/(?:from|import) '((?:@[^/']+\/)?[^./'][^/']*)/g)];
  return new Set(imports.map(([, name]) => name));
}

function unique(things, keyOf) {
  const byKey = new Map(things.map((thing) => [keyOf(thing), thing]));
  return [...byKey.keys()].sort().map((key) => byKey.get(key));
}

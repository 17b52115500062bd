/**
 * The gate for known vulnerabilities in what is shipped: exits with 1 for one that is high or critical. A registry that
 * cannot be asked, or keeps no advisories, is no verdict: that is said, and exits with 0, or with 2 under --require.
 */
import { spawnSync } from 'node:child_process';

const GATE = ['high', 'critical'];

const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  encoding: 'utf8',
  timeout: 60_000,
  shell: process.platform === 'win32',
});
const report = parsed(stdout);

if (!report?.metadata?.vulnerabilities) {
  const why = error?.message ?? report?.message ?? report?.error?.summary ?? 'npm gave no report';
  console.log(`NOT CHECKED: ${why.trim()}`);
  process.exit(process.argv.includes('--require') ? 2 : 0);
}

const found = Object.values(report.vulnerabilities ?? {});
for (const { name, severity, range, fixAvailable } of found)
  console.log(`${severity}: ${name} ${range}${fixAvailable ? ', a fix is available' : ''}`);
const grave = found.filter(({ severity }) => GATE.includes(severity)).length;
const { dependencies } = report.metadata;
console.log(
  `${dependencies?.prod ?? 'all'} packages that are shipped: ${found.length} with advisories, ${grave} of them high or critical`,
);
process.exit(grave > 0 ? 1 : 0);

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import type { Command } from 'commander';
import type { ExportOptions, PlanOptions } from './as-code/as-code-actions.js';

const collected = (name: string, names: string[]): string[] => [...names, name];

/** The commands that keep campaigns and segments in files, and the one that makes such files of Pinpoint's. What they need is loaded with them: other commands start faster. */
export function addCodeCommands(program: Command, json: () => boolean): void {
  const actions = () => import('./as-code/as-code-actions.js');
  program
    .command('export')
    .description('write campaigns and segments as YAML, by their names; never contacts, runs or secrets')
    .option('--out <path>', 'a file, or a directory for one file each; standard output unless given')
    .option(
      '--name <name>',
      'only the campaign or segment of this name, with the segments it needs; repeatable',
      collected,
      [],
    )
    .addHelpText(
      'after',
      '\nExamples:\n  export --out campaigns.yaml\n  export --out code/\n  export --name "Monday brief"',
    )
    .action(async (options: ExportOptions) => (await actions()).exportCode(options, json()));
  const planning = (name: string) =>
    program
      .command(name)
      .argument('<files...>', 'YAML files, or directories with some')
      .option('--start', 'let new campaigns wait for their time at once; they are drafts unless this is said')
      .option('--prune', 'delete the campaigns and segments that are in no file');
  planning('plan')
    .description('show what "apply" would do, with all its checks; changes nothing, exits 1 when a file is refused')
    .option('--detailed-exit-code', 'exit 3 when there is something to do')
    .addHelpText('after', '\nExamples:\n  plan campaigns.yaml\n  plan code/ --detailed-exit-code')
    .action(async (files: string[], options: PlanOptions) => (await actions()).planCode(files, options, json()));
  planning('apply')
    .description('make campaigns and segments what the files say: all or nothing, after showing it and asking')
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExamples:\n  apply campaigns.yaml\n  apply code/ --yes --start')
    .action(async (files: string[], options: PlanOptions) => (await actions()).applyCode(files, options, json()));
  program
    .command('import-pinpoint')
    .description('turn campaigns, segments and templates of Amazon Pinpoint, as JSON, into YAML for "plan" and "apply"')
    .argument('<paths...>', 'files of JSON, or directories with some: answers of the get calls')
    .option('--out <path>', 'a file, or a directory for one file each; standard output unless given')
    .addHelpText('after', '\nExamples:\n  import-pinpoint pinpoint/ --out code/\n  plan code/')
    .action(async (paths: string[], options: { out?: string }) =>
      (await import('./pinpoint/pinpoint-actions.js')).importPinpoint(paths, options, json()),
    );
}

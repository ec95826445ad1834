/** Options as Helm's command line takes them, where commander has another way. */
import { ChartError } from '@fairlead/engine/chart';
import { quote } from '@fairlead/engine/gostd';
import { Command, Option } from 'commander';
import { CsvError, readCsvRecord } from './csv.ts';

/** A command whose options may be written as for Helm: `--is-upgrade=false`, `-f=values.yaml`, `--dry-run=client`. */
export class HelmCommand extends Command {
  override parseOptions(argv: string[]): { operands: string[]; unknown: string[] } {
    return super.parseOptions(asCommanderWants(argv, this.options));
  }

  /** Options that Helm takes and that change nothing about a chart that is on this machine. */
  addIdleOptions(): this {
    for (const flags of idleOptions) {
      this.addOption(new Option(flags).hideHelp());
    }
    return this;
  }
}

/** Of `helm template`, for installs, for charts of repositories, and for clusters. */
const idleOptions: readonly string[] = [
  ...['--atomic', '--create-namespace', '--dependency-update', '--devel', '--disable-openapi-validation', '--force'],
  ...['--force-conflicts', '--force-replace', '--hide-notes', '--insecure-skip-tls-verify', '--pass-credentials'],
  ...['--plain-http', '--render-subchart-notes', '--replace', '--rollback-on-failure', '--server-side', '--skip-crds'],
  ...[
    '--take-ownership',
    '--wait',
    '--wait-for-jobs',
    '--ca-file <file>',
    '--cert-file <file>',
    '--description <text>',
  ],
  ...['--key-file <file>', '--keyring <file>', '--password <text>', '--timeout <duration>', '--username <name>'],
  ...['--version <version>', '--dry-run'],
];

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

/** The same arguments with what only Helm's parser knows written out. What is behind `--` stays. */
function asCommanderWants(argv: readonly string[], options: readonly Option[]): string[] {
  const wanted: string[] = [];
  const switches = new Map<string, boolean>();
  for (let index = 0; index < argv.length; index++) {
    const arg = argv[index] ?? '';
    if (arg === '--') {
      wanted.push(...argv.slice(index));
      break;
    }
    const [, name = '', value] = /^(--?[^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const option = options.find(({ long, short }) => long === name || short === name);
    if (option === undefined) {
      wanted.push(arg);
    } else if (option.required) {
      // Its value is whatever comes next, even if that looks like an option.
      wanted.push(...(value !== undefined && name === option.short ? [name, value] : [arg]));
      const next = value === undefined ? argv[++index] : undefined;
      wanted.push(...(next === undefined ? [] : [next]));
    } else {
      const isOn = value === undefined || truths.get(value) === true || isIdleValue(name, value);
      if (isOn || truths.get(value) === false) {
        // The last one counts.
        switches.set(name, isOn);
      } else {
        wanted.push(arg);
      }
    }
  }
  return [...Array.from(switches).flatMap(([name, isOn]) => (isOn ? [name] : [])), ...wanted];
}

function isIdleValue(name: string, value: string): boolean {
  return (name === '--dry-run' && value === 'client') || (name === '--wait' && value !== '');
}

/**
 * What was given to an option that takes lists: `a,b` is two, `"a,b"` is one, nothing is none.
 *
 * @param option as Helm names it: `-f, --values`
 * @throws ChartError `strvals` in Helm's words
 */
export function listed(given: readonly string[], option: string): readonly string[] {
  return given.flatMap((text) => {
    try {
      return text === '' ? [] : readCsvRecord(text);
    } catch (error) {
      if (error instanceof CsvError) {
        throw new ChartError('strvals', `invalid argument ${quote(text)} for "${option}" flag: ${error.message}`);
      }
      throw error;
    }
  });
}

import { buildTool } from '../../scripts/cluster/build.ts';
import { buildCosign } from './cosign.ts';
import { buildVerifier } from './verifier.ts';

/** Builds what the suite needs before its first test: six minutes the first time on two cores, nothing after that. */
export async function setup(): Promise<void> {
  const onProgress = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  await buildTool('helm', { onProgress });
  await buildTool('registry', { onProgress });
  await buildCosign({ onProgress });
  await buildVerifier({ onProgress });
}

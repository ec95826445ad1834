import type { Log } from '@fairlead/engine/support';
import type { Connection } from 'vscode-languageserver';

/** The log that an editor shows for its language server. */
export function connectionLog({ console }: Pick<Connection, 'console'>): Log {
  return {
    debug: (message) => {
      console.debug(message);
    },
    info: (message) => {
      console.info(message);
    },
    warn: (message) => {
      console.warn(message);
    },
    error: (message) => {
      console.error(message);
    },
  };
}

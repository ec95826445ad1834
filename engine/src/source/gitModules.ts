/** A submodule as `.gitmodules` has it. */
export interface GitModule {
  /** From the root of the repository. */
  readonly path: string;
  readonly url: string;
}

/** The submodules that have both a path and a URL. @see gitmodules(5), git-config(1) Syntax */
export function readGitModules(text: string): readonly GitModule[] {
  const modules: { path?: string; url?: string }[] = [];
  for (const line of text.split(/\r?\n/).map((raw) => raw.trim())) {
    if (line.startsWith('[')) {
      modules.push({});
      continue;
    }
    const [, key = '', raw = ''] = /^(path|url)\s*=\s*(.*)$/i.exec(line) ?? [];
    const module = modules.at(-1);
    if (module !== undefined && key !== '') {
      module[key.toLowerCase() === 'path' ? 'path' : 'url'] = valueOf(raw);
    }
  }
  return modules.flatMap(({ path, url }) => (path === undefined || url === undefined ? [] : [{ path, url }]));
}

/** Quotes may stand anywhere; outside of them a comment ends the value. */
function valueOf(raw: string): string {
  let value = '';
  let isQuoted = false;
  for (let index = 0; index < raw.length; index++) {
    const char = raw.charAt(index);
    if (char === '\\') {
      value += raw.charAt(++index);
    } else if (char === '"') {
      isQuoted = !isQuoted;
    } else if (!isQuoted && (char === '#' || char === ';')) {
      break;
    } else {
      value += char;
    }
  }
  return isQuoted ? value : value.trimEnd();
}

/**
 * The folder of code-server in the user's cache; installs it from npm the first time, which takes about a minute and
 * 600 MB. Its own install script compiles native parts that the npm packages already carry, so scripts stay off and the
 * two nested installs that the script would make are made here.
 */
export declare function installWorkbench(onProgress: (line: string) => void): Promise<string>;

/** What fetches charts, for the editor: a bundle of its own, as most YAML files need none of it. */
export { createSourceAnswers } from '../source/index.ts';
export { openWorld } from './world.ts';

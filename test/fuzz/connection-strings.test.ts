import { upholds } from './upholds.ts';

await upholds('connection-strings');

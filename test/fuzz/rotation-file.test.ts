import { upholds } from './upholds.ts';

await upholds('rotation-file');

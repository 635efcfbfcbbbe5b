import { upholds } from './upholds.ts';

await upholds('table-rows');

import { upholds } from './upholds.ts';

await upholds('azure-answers');

/* oxlint-disable import/no-unassigned-import -- to load them is to register them, beside the functions of this folder */
import '../../../../../functions/ingest.ts';
import '../../../../../functions/records.ts';

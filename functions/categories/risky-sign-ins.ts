import { onCategory } from '../../shared/on-category.ts';

const RISKY = new Set(['medium', 'high']);

/** An alert for every sign-in that Entra ID itself takes for risky while it happens. */
export default onCategory('entra/SignInLogs', async function riskySignIns(records, { alert }) {
  for (const record of records) {
    const risk = record.text('/properties/riskLevelDuringSignIn') ?? '';
    if (!RISKY.has(risk)) continue;
    await alert(record, {
      title: `Sign-in of ${risk} risk`,
      severity: risk === 'high' ? 'high' : 'medium',
      subject: record.text('/properties/userPrincipalName'),
      details: {
        ipAddress: record.text('/properties/ipAddress'),
        app: record.text('/properties/appDisplayName'),
        result: record.text('/resultType'),
      },
    });
  }
});

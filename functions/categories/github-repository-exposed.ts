import type { CategoryRecord } from '../../shared/category-record.ts';
import { onCategory } from '../../shared/on-category.ts';

/** An alert for every repository that is made public, and for every protection of a branch that is removed. */
export default onCategory('github/audit', async function githubRepositoryExposed(records, { alert }) {
  for (const record of records) {
    const title = titleOf(record);
    if (title === undefined) continue;
    await alert(record, {
      title,
      severity: 'high',
      subject: record.text('/repo'),
      details: {
        actor: record.text('/actor'),
        ipAddress: record.text('/actor_ip'),
        action: record.text('/action'),
        branch: record.text('/name') ?? record.text('/branch'),
        before: record.text('/previous_visibility'),
      },
    });
  }
});

/** https://docs.github.com/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/audit-log-events-for-your-organization */
function titleOf(record: CategoryRecord): string | undefined {
  const action = record.text('/action');
  if (action === 'repo.access' && record.text('/visibility') === 'public') return 'Repository made public';
  if (action === 'protected_branch.destroy') return 'Branch protection removed';
  if (action === 'repository_ruleset.destroy') return 'Ruleset of a repository removed';
  return undefined;
}

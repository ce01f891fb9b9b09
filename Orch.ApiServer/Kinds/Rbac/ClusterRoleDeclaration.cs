using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Rbac;

/// <summary>rbac.authorization.k8s.io/v1 ClusterRole.</summary>
internal sealed class ClusterRoleDeclaration() : ResourceDeclaration<V1ClusterRole>("clusterroles", ResourceScope.Cluster)
{
    public override bool AllowsCreateOnUpdate => true;

    public override IReadOnlyList<PrinterColumn> Columns => RbacColumns.Roles;

    public override void ValidateName(string name, bool isPrefix, FieldPath path, FieldErrors errors) => NameRules.PathSegment(name, isPrefix, path, errors);

    protected override void Validate(V1ClusterRole value, FieldErrors errors)
    {
        RbacRules.Rules(value.Rules, false, errors);
        if (value.AggregationRule is not { } aggregation) { return; }
        var path = FieldPath.Of("aggregationRule").Child("clusterRoleSelectors");
        if (aggregation.ClusterRoleSelectors is not { Count: > 0 } selectors)
        {
            errors.Required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil");
            return;
        }

        for (var index = 0; index < selectors.Count; index++)
        {
            var before = errors.Count;
            SelectorRules.Validate(selectors[index], path.Index(index), errors);
            if (errors.Count > before) { errors.Invalid(path.Index(index), null, "invalid label selector."); }
        }
    }
}

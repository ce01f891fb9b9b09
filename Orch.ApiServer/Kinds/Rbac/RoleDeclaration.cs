using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Rbac;

/// <summary>rbac.authorization.k8s.io/v1 Role.</summary>
internal sealed class RoleDeclaration() : ResourceDeclaration<V1Role>("roles", ResourceScope.Namespaced)
{
    public override bool AllowsCreateOnUpdate => true;

    public override IReadOnlyList<PrinterColumn> Columns => RbacColumns.Roles;

    public override void ValidateName(string name, bool isPrefix, FieldPath path, FieldErrors errors) => NameRules.PathSegment(name, isPrefix, path, errors);

    protected override void Validate(V1Role value, FieldErrors errors) => RbacRules.Rules(value.Rules, true, errors);
}

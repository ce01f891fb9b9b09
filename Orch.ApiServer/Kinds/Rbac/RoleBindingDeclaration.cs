using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Rbac;

/// <summary>rbac.authorization.k8s.io/v1 RoleBinding.</summary>
internal sealed class RoleBindingDeclaration() : ResourceDeclaration<V1RoleBinding>("rolebindings", ResourceScope.Namespaced)
{
    private static readonly string[] Kinds = ["Role", "ClusterRole"];

    public override bool AllowsCreateOnUpdate => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
        RbacColumns.Bindings(static item => ((V1RoleBinding)item).RoleRef, static item => ((V1RoleBinding)item).Subjects, "roleBinding");

    public override void ValidateName(string name, bool isPrefix, FieldPath path, FieldErrors errors) => NameRules.PathSegment(name, isPrefix, path, errors);

    protected override void Default(V1RoleBinding value) => RbacRules.Default(value.RoleRef, value.Subjects);

    protected override void Validate(V1RoleBinding value, FieldErrors errors)
    {
        RbacRules.RoleRef(value.RoleRef, Kinds, errors);
        RbacRules.Subjects(value.Subjects, true, errors);
    }

    protected override void ValidateUpdate(V1RoleBinding value, V1RoleBinding old, FieldErrors errors)
    {
        Validate(value, errors);
        RbacRules.SameRole(value.RoleRef, old.RoleRef, errors);
    }
}

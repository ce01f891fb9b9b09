using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Rbac;

/// <summary>rbac.authorization.k8s.io/v1 ClusterRoleBinding.</summary>
internal sealed class ClusterRoleBindingDeclaration() : ResourceDeclaration<V1ClusterRoleBinding>("clusterrolebindings", ResourceScope.Cluster)
{
    private static readonly string[] Kinds = ["ClusterRole"];

    public override bool AllowsCreateOnUpdate => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
        RbacColumns.Bindings(static item => ((V1ClusterRoleBinding)item).RoleRef, static item => ((V1ClusterRoleBinding)item).Subjects, "clusterRoleBinding");

    public override void ValidateName(string name, bool isPrefix, FieldPath path, FieldErrors errors) => NameRules.PathSegment(name, isPrefix, path, errors);

    protected override void Default(V1ClusterRoleBinding value) => RbacRules.Default(value.RoleRef, value.Subjects);

    protected override void Validate(V1ClusterRoleBinding value, FieldErrors errors)
    {
        RbacRules.RoleRef(value.RoleRef, Kinds, errors);
        RbacRules.Subjects(value.Subjects, false, errors);
    }

    protected override void ValidateUpdate(V1ClusterRoleBinding value, V1ClusterRoleBinding old, FieldErrors errors)
    {
        Validate(value, errors);
        RbacRules.SameRole(value.RoleRef, old.RoleRef, errors);
    }
}

using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Kinds.Core;

/// <summary>core/v1 ServiceAccount.</summary>
internal sealed class ServiceAccountDeclaration() : ResourceDeclaration<V1ServiceAccount>("serviceaccounts", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["sa"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Secrets", "string", static account => account.Secrets?.Count ?? 0,
            description: "Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are allowed to use."),
        PrinterColumns.Age,
    ];
}

using k8s;
using k8s.Models;

namespace Orch.ApiServer.Resources;

/// <summary>Columns that most kinds share.</summary>
public static class PrinterColumns
{
    /// <summary>Time since creation, as <c>5m</c>.</summary>
    public static PrinterColumn Age { get; } = new("Age", "string", static (item, now) =>
        item is IKubernetesObject<V1ObjectMeta> { Metadata.CreationTimestamp: { } created }
            ? HumanDuration.Format(now - new DateTimeOffset(DateTime.SpecifyKind(created, DateTimeKind.Utc)))
            : "<unknown>")
    {
        Description = MetadataTexts.CreationTimestamp,
    };
}

using k8s.Models;
using Orch.ApiServer.Aggregation;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.ApiRegistration;

/// <summary>apiregistration.k8s.io/v1 APIService.</summary>
internal sealed class ApiServiceDeclaration() : ResourceDeclaration<V1APIService>("apiservices", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> Categories { get; } = ["api-extensions"];

    public override bool HasStatus => true;

    public override bool AllowsUnconditionalUpdate => false;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Service", "string", static item => item.Spec?.Service is { } service ? $"{service.NamespaceProperty}/{service.Name}" : "Local", description: "The reference to the service that hosts this API endpoint."),
        Column("Available", "string", static item => Availability(item), description: "Whether this service is available."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1APIService value)
    {
        if (value.Spec?.Service is { } service) { service.Port ??= 443; }
        if (value.Spec is { InsecureSkipTLSVerify: false } spec) { spec.InsecureSkipTLSVerify = null; }
    }

    protected override void PrepareForCreate(V1APIService value)
    {
        value.Status = new V1APIServiceStatus();
        if (value.Spec?.Service is null) { ApiServiceConditions.SetAvailable(value.Status, true, "Local", "Local APIServices are always available", value.Metadata.CreationTimestamp ?? default); }
    }

    protected override void PrepareForUpdate(V1APIService value, V1APIService old) => value.Status = old.Status is { } status ? Serialization.ApiJson.DeepCopy(status) : null;

    protected override void PrepareForStatusUpdate(V1APIService value, V1APIService old)
    {
        value.Spec = old.Spec is { } spec ? Serialization.ApiJson.DeepCopy(spec) : null;
        value.Metadata.Labels = old.Metadata.Labels is { } labels ? new Dictionary<string, string>(labels) : null;
        value.Metadata.Annotations = old.Metadata.Annotations is { } annotations ? new Dictionary<string, string>(annotations) : null;
        value.Metadata.Finalizers = old.Metadata.Finalizers is { } finalizers ? [.. finalizers] : null;
        value.Metadata.OwnerReferences = old.Metadata.OwnerReferences is { } owners ? Serialization.ApiJson.DeepCopy(owners) : null;
    }

    // The name is judged by what it is made of.
    public override void ValidateName(string name, bool isPrefix, FieldPath path, FieldErrors errors) => NameRules.PathSegment(name, isPrefix, path, errors);

    protected override void Validate(V1APIService value, FieldErrors errors) => ApiServiceRules.Validate(value, errors);

    protected override void ValidateStatusUpdate(V1APIService value, V1APIService old, FieldErrors errors) => ApiServiceRules.ValidateStatus(value.Status, errors);

    private static string Availability(V1APIService item)
        => ApiServiceConditions.Available(item) is not { } condition ? "Unknown" : condition.Status == "True" ? "True" : $"{condition.Status} ({condition.Reason})";
}

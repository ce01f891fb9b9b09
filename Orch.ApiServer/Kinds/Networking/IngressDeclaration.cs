using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Networking;

/// <summary>networking.k8s.io/v1 Ingress.</summary>
internal sealed class IngressDeclaration() : ResourceDeclaration<V1Ingress>("ingresses", ResourceScope.Namespaced)
{
    private const int MaxHosts = 3;

    public override IReadOnlyList<string> ShortNames { get; } = ["ing"];

    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Class", "string", static item => item.Spec?.IngressClassName ?? Printing.None, description: "The name of the IngressClass resource that should be used for additional configuration"),
        Column("Hosts", "string", static item => Hosts(item.Spec?.Rules), description: "Hosts that incoming requests are matched against before the ingress rule"),
        Column("Address", "string", static item => Addresses(item.Status?.LoadBalancer?.Ingress), description: "Address is a list containing ingress points for the load-balancer"),
        Column("Ports", "string", static item => item.Spec?.Tls is { Count: > 0 } ? "80, 443" : "80", description: "Ports of TLS configurations that open"),
        PrinterColumns.Age,
    ];

    protected override void Default(V1Ingress value)
    {
        value.Spec ??= new V1IngressSpec();
        value.Status ??= new V1IngressStatus();
        value.Status.LoadBalancer ??= new V1IngressLoadBalancerStatus();
    }

    protected override void PrepareForCreate(V1Ingress value)
    {
        value.Status = new V1IngressStatus { LoadBalancer = new V1IngressLoadBalancerStatus() };
        value.Metadata.Generation = 1;
    }

    protected override void PrepareForUpdate(V1Ingress value, V1Ingress old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    protected override void PrepareForStatusUpdate(V1Ingress value, V1Ingress old) => value.Spec = old.Spec;

    protected override void Validate(V1Ingress value, FieldErrors errors)
    {
        IngressRules.Validate(value.Spec, default, errors);
        if (value.Metadata.Annotations?.TryGetValue(IngressRules.ClassAnnotation, out var said) == true && value.Spec.IngressClassName is { } name && said != name)
        {
            errors.Invalid(FieldPath.Of("annotations").Child(IngressRules.ClassAnnotation), said, "must match `ingressClassName` when both are specified");
        }
    }

    protected override void ValidateUpdate(V1Ingress value, V1Ingress old, FieldErrors errors) => IngressRules.Validate(value.Spec, IngressLeniency.For(old.Spec), errors);

    protected override void ValidateStatusUpdate(V1Ingress value, V1Ingress old, FieldErrors errors) => IngressRules.ValidateStatus(value.Status, old.Status, errors);

    protected override IEnumerable<string> WarningsFor(V1Ingress value, V1Ingress? old)
        => old is null && value.Metadata.Annotations?.ContainsKey(IngressRules.ClassAnnotation) == true
            ? [$"annotation \"{IngressRules.ClassAnnotation}\" is deprecated, please use 'spec.ingressClassName' instead"]
            : [];

    private static string Hosts(IList<V1IngressRule>? rules)
    {
        var named = (rules ?? []).Where(static rule => !string.IsNullOrEmpty(rule.Host)).Select(static rule => rule.Host).Take(MaxHosts).ToList();
        if (named.Count == 0) { return "*"; }
        var text = string.Join(',', named);

        // Whether there are more is seen only at a rule after the third host; how many counts all rules.
        var last = rules!.Index().Where(static item => !string.IsNullOrEmpty(item.Item.Host)).Take(MaxHosts).Last().Index;
        return named.Count == MaxHosts && last < rules!.Count - 1 ? $"{text} + {rules.Count - MaxHosts} more..." : text;
    }

    private static string Addresses(IList<V1IngressLoadBalancerIngress>? points)
        => string.Join(',', (points ?? []).Select(static point => string.IsNullOrEmpty(point.Ip) ? point.Hostname : point.Ip)
            .Where(static text => !string.IsNullOrEmpty(text)).Distinct().Order(StringComparer.Ordinal));
}

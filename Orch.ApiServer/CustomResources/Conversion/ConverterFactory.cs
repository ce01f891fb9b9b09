using k8s.Models;
using Orch.ApiServer.Proxying;

namespace Orch.ApiServer.CustomResources.Conversion;

/// <summary>Makes webhook converters.</summary>
/// <remarks>The services are looked up through a function: they are served by what the converters are a part of.</remarks>
internal sealed class ConverterFactory(Func<ServiceLocator> services, TimeProvider time) : IConverterFactory
{
    /// <inheritdoc />
    public IObjectConverter? Create(V1CustomResourceDefinition definition)
        => definition.Spec.Conversion is { Strategy: "Webhook", Webhook.ClientConfig: { } client } conversion
            ? new WebhookConverter(definition, client, conversion.Webhook.ConversionReviewVersions, services, time)
            : null;
}

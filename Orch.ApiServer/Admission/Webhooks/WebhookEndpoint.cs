using System.Security.Cryptography;
using k8s.Models;
using Orch.ApiServer.Proxying;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>Where a webhook is, and the connections to it, kept alive between calls.</summary>
internal sealed class WebhookEndpoint
{
    private readonly HttpMessageInvoker _client;

    private WebhookEndpoint(Uri address, HttpMessageInvoker client, string key) => (Address, _client, Key) = (address, client, key);

    /// <summary>Its URL; that of a service is <c>https://name.namespace.svc:port/path</c>, which is also the name on its certificate.</summary>
    public Uri Address { get; }

    /// <summary>Equal for endpoints that may share connections.</summary>
    public string Key { get; }

    /// <summary>Makes an endpoint, over the connections of a previous one to the same server where there is one.</summary>
    /// <param name="shared">By <see cref="Key"/>.</param>
    /// <exception cref="FormatException">The configuration makes no sense.</exception>
    public static WebhookEndpoint Create(Admissionregistrationv1WebhookClientConfig? config, ServiceLocator services, IReadOnlyDictionary<string, WebhookEndpoint> shared)
    {
        var (address, service) = AddressOf(config);
        var bundle = config?.CaBundle ?? [];
        var key = $"{(service is null ? "url" : "service")} {address.Authority} {Convert.ToHexString(SHA256.HashData(bundle))}";
        if (shared.TryGetValue(key, out var present)) { return new WebhookEndpoint(address, present._client, key); }
        var handler = WebhookHandler.Create(bundle, service, () => services);
        return new WebhookEndpoint(address, new HttpMessageInvoker(handler), key);
    }

    /// <summary>Sends a request.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _client.SendAsync(request, cancellationToken);

    private static (Uri Address, ServicePlace? Service) AddressOf(Admissionregistrationv1WebhookClientConfig? config)
    {
        if (config?.Service is { } service)
        {
            var place = new ServicePlace(service.NamespaceProperty, service.Name, service.Port ?? 443);
            var text = place.UrlOf(service.Path);
            return Uri.TryCreate(text, UriKind.Absolute, out var local) ? (local, place) : throw new FormatException($"invalid service reference: {text}");
        }

        if (string.IsNullOrEmpty(config?.Url)) { throw new FormatException("webhook configuration must have either service or URL"); }
        return Uri.TryCreate(config.Url, UriKind.Absolute, out var address) && address.Scheme == "https"
            ? (address, null)
            : throw new FormatException($"unparsable webhook URL: {config.Url}");
    }
}

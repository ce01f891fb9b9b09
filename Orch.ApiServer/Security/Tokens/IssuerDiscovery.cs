using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Security.Tokens;

/// <summary>Tells other programs how to verify service account tokens: the discovery document and the keys.</summary>
/// <remarks>
/// The document is of the issuer that issues; one that is not at an https address, or whose address has a query or fragment, cannot be found that way, and there is neither document nor keys.
/// https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
/// </remarks>
internal sealed class IssuerDiscovery(ServiceAccountTokens tokens, IOptions<ApiServerOptions> options, ApiServerEndpoint endpoint) : IPathHandler
{
    private const string Document = "/.well-known/openid-configuration";
    private const string Keys = "/openid/v1/jwks";

    private readonly bool _isServed = GoUrl.Parse(tokens.Issuer, out _) is { Scheme: "https", Query.Length: 0, Fragment.Length: 0 };

    /// <inheritdoc />
    public bool Handles(string path) => _isServed && path is (Document or Document + "/" or Keys or Keys + "/");

    /// <inheritdoc />
    public async ValueTask HandleAsync(ApiRequest request)
    {
        if (request.Info.Verb is not ("get" or "head")) { throw Refusals.MethodNotAllowed(); }
        var isDocument = request.Info.Path.StartsWith(Document, StringComparison.Ordinal);
        var body = isDocument ? WriteDocument() : tokens.PublicKeys;
        Answer.Begin(request, StatusCodes.Status200OK, isDocument ? "application/json" : "application/jwk-set+json");
        request.Http.Response.Headers.CacheControl = "public, max-age=3600";
        request.Http.Response.ContentLength = body.Length;
        await request.Http.Response.BodyWriter.WriteAsync(body, request.Cancellation).ConfigureAwait(false);
    }

    private ReadOnlyMemory<byte> WriteDocument()
    {
        var output = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("issuer", tokens.Issuer);
        json.WriteString("jwks_uri", options.Value.ServiceAccountJwksUri ?? Address() + Keys);
        Strings("response_types_supported", "id_token");
        Strings("subject_types_supported", "public");
        Strings("id_token_signing_alg_values_supported", [.. tokens.Algorithms]);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;

        void Strings(string name, params ReadOnlySpan<string> values)
        {
            json.WriteStartArray(name);
            foreach (var value in values) { json.WriteStringValue(value); }
            json.WriteEndArray();
        }
    }

    private string Address()
    {
        var own = endpoint.Address;
        return options.Value.AdvertiseAddress is { } advertised ? new UriBuilder(own) { Host = advertised }.Uri.GetLeftPart(UriPartial.Authority) : own.GetLeftPart(UriPartial.Authority);
    }
}

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Serving;

/// <summary>Whatever comes over the wire, the answer is one of the API's own and never a fault of the server.</summary>
public sealed class RequestFuzzTests : ServerTests
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "FOO"];

    private static readonly string[] Segments =
    [
        "api", "apis", "v1", "apps", "v2", "namespaces", "default", "kube-system", "pods", "configmaps", "nodes", "deployments", "services", "status", "scale", "log", "exec", "proxy",
        "binding", "finalize", "token", "watch", "a", "..", "%00", "%2F", "%", "", "x:y", "ü", "events", "events.k8s.io", "rbac.authorization.k8s.io", "clusterroles", "healthz", "openapi", "v3",
    ];

    private static readonly string[] Queries =
    [
        "limit=-1", "limit=x", "continue=AAAA", "continue=%7B%7D", "resourceVersion=-1", "resourceVersion=99999999999999999999", "labelSelector=%21%21", "labelSelector=a%20in%20(", "fieldSelector=%3D",
        "fieldSelector=metadata.name%3Da", "fieldSelector=a%5C", "dryRun=x", "fieldValidation=x", "resourceVersionMatch=x", "sendInitialEvents=true", "watch=1&timeoutSeconds=1", "timeoutSeconds=x",
        "gracePeriodSeconds=x", "propagationPolicy=x", "includeObject=x", "tailLines=-1", "container=%00", "sinceTime=x", "verbose", "exclude=x",
    ];

    private static readonly string[] Bodies =
    [
        "", "{", "{}", "[]", "null", "1", "\"x\"", "{\"metadata\":null}", "{\"metadata\":{\"name\":\"a\"}}", "{\"metadata\":{\"name\":\"a\",\"labels\":{\"!\":\"\"}}}", "{\"metadata\":{\"name\":\"a\",\"uid\":5}}",
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\",\"finalizers\":[null]}}", "[{\"op\":\"add\"}]", "[{\"op\":\"remove\",\"path\":\"/metadata\"}]", "{\"metadata\":{\"name\":null}}",
        "{\"spec\":{\"replicas\":-1}}", "{\"spec\":null,\"status\":null}", "a: [", "kind: Pod\nspec:\n  containers: 5", "k8s\0garbage", "{\"a\":" + "[[[[[[[[[[[[", "\ufeff{}", "{\"target\":null}", "{\"spec\":{\"containers\":[null]}}",
    ];

    private static readonly string[] Types =
    [
        "application/json", "application/yaml", "application/merge-patch+json", "application/json-patch+json", "application/strategic-merge-patch+json", "application/vnd.kubernetes.protobuf", "text/plain", "x",
    ];

    private static readonly string[] Accepts =
    [
        "", "*/*", "application/json", "application/yaml", "application/json;as=Table;v=v1;g=meta.k8s.io", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "application/json;as=Foo", ";;;", "application/xml",
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task AnyRequest_IsAnsweredWithoutAFault(int seed)
    {
        using var http = _server.Http();
        var random = new Random(seed);
        for (var count = 0; count < 700; count++)
        {
            var path = Path(random);
            var query = random.Next(2) == 0 ? "" : "?" + string.Join('&', Enumerable.Range(0, random.Next(1, 3)).Select(_ => Pick(random, Queries)));
            using var request = new HttpRequestMessage(new HttpMethod(Pick(random, Methods)), new Uri(_server.Address.GetLeftPart(UriPartial.Authority) + path + query));
            var body = Pick(random, Bodies);
            if (body.Length > 0)
            {
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                request.Content.Headers.TryAddWithoutValidation("Content-Type", Pick(random, Types));
            }

            request.Headers.TryAddWithoutValidation("Accept", Pick(random, Accepts));
            var what = string.Create(CultureInfo.InvariantCulture, $"{seed}/{count}: {request.Method} {request.RequestUri} {body} [{request.Content?.Headers.ContentType}] accept {request.Headers.Accept}");
            HttpResponseMessage response;
            try { response = await http.SendAsync(request); }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException) { throw new InvalidOperationException(what, exception); }

            using (response)
            {
                var text = await response.Content.ReadAsStringAsync();
                // Without a node agent or an endpoint a stream has nowhere to go.
                var isProxied = path.Contains("/proxy", StringComparison.Ordinal);
                Assert.True((int)response.StatusCode < 500 || isProxied || response.StatusCode == HttpStatusCode.GatewayTimeout, $"{what}\n{(int)response.StatusCode} {text}");
                Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
                if ((int)response.StatusCode >= 400 && text.Length > 0 && response.Content.Headers.ContentType?.MediaType == "application/json")
                {
                    using var status = JsonDocument.Parse(text);
                    Assert.Equal("Status", status.RootElement.GetProperty("kind").GetString());
                }
            }
        }
    }

    private static string Path(Random random) => random.Next(4) switch
    {
        0 => "/" + string.Join('/', Enumerable.Range(0, random.Next(1, 8)).Select(_ => Pick(random, Segments))),
        1 => "/api/v1/" + string.Join('/', Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pick(random, Segments))),
        2 => "/api/v1/namespaces/default/" + Pick(random, ["configmaps", "pods", "services", "events", "serviceaccounts"]) + (random.Next(2) == 0 ? "" : "/" + Pick(random, Segments)),
        _ => "/apis/apps/v1/namespaces/default/deployments/" + Pick(random, Segments) + "/" + Pick(random, Segments),
    };

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}

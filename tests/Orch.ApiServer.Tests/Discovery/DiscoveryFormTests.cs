using Orch.ApiServer.Discovery;
using Orch.Client;

namespace Orch.ApiServer.Tests.Discovery;

public sealed class DiscoveryFormTests
{
    private const string Json = "application/json";
    private const string Packed = "application/vnd.kubernetes.protobuf";
    private const string V2 = ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private const string Table = ";g=meta.k8s.io;v=v1;as=Table";

    [Theory]
    [InlineData("/apis", "", Json)]
    [InlineData("/apis", Json, Json)]
    [InlineData("/apis", "*/*", Json)]
    [InlineData("/apis", "application/yaml", "application/yaml")]
    [InlineData("/apis", Packed, Packed)]
    [InlineData("/apis", Packed + "," + Json, Packed)]
    [InlineData("/apis", Json + "," + Packed, Json)]
    [InlineData("/apis", Json + V2, Json + V2)]
    [InlineData("/api", Packed + V2, Packed + V2)]
    [InlineData("/api", "application/yaml" + V2, "application/yaml" + V2)]
    [InlineData("/api", "*/*" + V2, Json + V2)]
    [InlineData("/apis", Json + V2 + "," + Json, Json + V2)]
    [InlineData("/apis", Json + "," + Json + V2, Json)]
    [InlineData("/apis", Packed + V2 + "," + Json, Packed + V2)]
    [InlineData("/apis", Packed + ";q=0.5," + Json + V2, Json + V2)]
    [InlineData("/apis", Json + ";g=apidiscovery.k8s.io;v=v3;as=APIGroupDiscoveryList," + Packed, Packed)]
    [InlineData("/apis", Json + Table + "," + Json, Json)]
    [InlineData("/apis", "text/html," + Json + V2, Json + V2)]
    [InlineData("/apis/apps/v1", Json + V2 + "," + Packed, Packed)]
    [InlineData("/api/v1", Packed, Packed)]
    [InlineData("/", "text/html", Json)]
    [InlineData("/", Packed, Json)]
    public void Choose_OfWhatIsAccepted_IsTheFirstThatIsMade(string path, string accept, string expected) => Assert.Equal(expected, DiscoveryForm.Choose(path, accept).ContentType);

    [Theory]
    [InlineData("/apis", "text/html")]
    [InlineData("/apis", Json + Table)]
    [InlineData("/apis", Json + ";g=apidiscovery.k8s.io;v=v3;as=APIGroupDiscoveryList")]
    [InlineData("/apis", Json + ";sv=v1")]
    [InlineData("/apis", "application/yaml;stream=watch;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")]
    [InlineData("/apis/apps", Json + V2)]
    [InlineData("/apis/apps/v1", Packed + V2)]
    [InlineData("/api/v1", Packed + ";g=meta.k8s.io;v=v1;as=PartialObjectMetadata")]
    public void Choose_OfWhatIsNotMade_IsNotAcceptable(string path, string accept)
    {
        var refusal = Assert.Throws<ApiException>(() => DiscoveryForm.Choose(path, accept));
        Assert.Equal((406, $"only the following media types are accepted: application/json, application/yaml, {Packed}"), (refusal.Code, refusal.Message));
    }
}

using k8s.Models;
using Orch.ApiServer.Serving;
using Orch.Client;

namespace Orch.ApiServer.Tests.Serving;

public sealed class AcceptedFormTests
{
    private const string Protobuf = "application/vnd.kubernetes.protobuf";

    [Theory]
    [InlineData("", "application/json", "Whole")]
    [InlineData("*/*", "application/json", "Whole")]
    [InlineData("application/*", "application/json", "Whole")]
    [InlineData(Protobuf, Protobuf, "Whole")]
    [InlineData(Protobuf + ",application/json", Protobuf, "Whole")]
    [InlineData("application/json," + Protobuf, "application/json", "Whole")]
    [InlineData("application/json;q=0.5," + Protobuf, Protobuf, "Whole")]
    [InlineData("application/json;q=0.5, application/yaml;q=0.9, " + Protobuf + ";q=0.1", "application/yaml", "Whole")]
    [InlineData("*/*, " + Protobuf, Protobuf, "Whole")]
    [InlineData(Protobuf + ";stream=watch", Protobuf, "Whole")]
    [InlineData(Protobuf + ";type=watch", Protobuf, "Whole")]
    [InlineData(Protobuf + ";stream=foo,application/json", "application/json", "Whole")]
    [InlineData(Protobuf + ";as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1;g=meta.k8s.io", "application/json", "Table")]
    [InlineData(Protobuf + ";as=PartialObjectMetadata;v=v1;g=meta.k8s.io", Protobuf, "Metadata")]
    [InlineData(Protobuf + ";as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", Protobuf, "MetadataList")]
    [InlineData("text/html, application/json;q=0.1", "application/json", "Whole")]
    [InlineData("APPLICATION/JSON;Q=1, text/plain", "application/json", "Whole")]
    public void Choose_SeveralTypes_TakesTheBestThatCanBeMade(string accept, string contentType, string form)
    {
        var chosen = AcceptedForm.Choose(accept, convertible: true, typeof(V1Pod));
        Assert.Equal((contentType, form), (chosen.ContentType, chosen.Form.ToString()));
    }

    [Theory]
    [InlineData("text/html", typeof(V1Pod), "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf")]
    [InlineData(Protobuf + ";as=Table;v=v1;g=meta.k8s.io", typeof(V1Pod), "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf")]
    [InlineData(Protobuf, typeof(string), "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf")]
    [InlineData("application/json;as=Table;v=v2;g=meta.k8s.io", typeof(V1Pod), "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf")]
    [InlineData("application/cbor", null, "only the following media types are accepted: application/json, application/yaml")]
    public void Choose_NothingThatCanBeMade_IsNotAcceptable(string accept, Type? model, string message)
    {
        var error = Assert.Throws<ApiException>(() => AcceptedForm.Choose(accept, convertible: true, model));
        Assert.Equal((406, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("application/json;as=Table;v=v1beta1;g=meta.k8s.io", "Table", "meta.k8s.io/v1beta1")]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io, application/json;as=Table;v=v1beta1;g=meta.k8s.io, application/json", "Table", "meta.k8s.io/v1")]
    [InlineData("application/json;as=PartialObjectMetadataList;v=v1beta1;g=meta.k8s.io", "MetadataList", "meta.k8s.io/v1beta1")]
    public void Choose_OlderVersionOfTables_IsKept(string accept, string form, string version)
    {
        var chosen = AcceptedForm.Choose(accept, convertible: true, typeof(V1Pod));
        Assert.Equal((form, version), (chosen.Form.ToString(), chosen.MetaVersion));
    }

    [Theory]
    [InlineData(Protobuf + ";as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "Metadata")]
    [InlineData(Protobuf + ";as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json", "MetadataList")]
    public void Choose_MetadataOfWhatHasNoProtobufForm_IsProtobufAllTheSame(string accept, string form)
    {
        var chosen = AcceptedForm.Choose(accept, convertible: true, typeof(string));
        Assert.Equal((Protobuf, form), (chosen.ContentType, chosen.Form.ToString()));
        Assert.Equal("application/json", AcceptedForm.Choose(Protobuf + ",application/json", convertible: true, typeof(string)).ContentType);
    }

    [Fact]
    public void Parse_EndlessHeader_IsCut()
        => Assert.Equal(64, AcceptClause.Parse(string.Join(',', Enumerable.Repeat("a/b;q=0.1", 10_000))).Count);
}

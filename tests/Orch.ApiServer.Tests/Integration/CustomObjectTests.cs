using System.Globalization;
using System.Net;
using CsCheck;
using Orch.ApiServer.Json;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Integration;

/// <summary>Custom objects as a client in Go reads them back.</summary>
public sealed class CustomObjectTests : HttpServerTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("-0", "0")]
    [InlineData("1.0", "1")]
    [InlineData("-0.0", "0")]
    [InlineData("1e+06", "1000000")]
    [InlineData("1E2", "100")]
    [InlineData("-1.5e3", "-1500")]
    [InlineData("0.10", "0.1")]
    [InlineData("123.4560", "123.456")]
    [InlineData("1e-6", "0.000001")]
    [InlineData("1e-7", "1e-7")]
    [InlineData("12e-11", "1.2e-10")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1.25e100", "1.25e+100")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("9223372036854775808", "9223372036854776000")]
    [InlineData("12345678901234567890", "12345678901234567000")]
    [InlineData("123456789012345678901234", "1.2345678901234569e+23")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("1e400", null)]
    public void Number_OfAFreeObject_HasTheFormThatGoLeavesItIn(string written, string? shown) => Assert.Equal(shown, GoNumbers.Of(written));

    [Fact]
    public void Number_OfAnySize_StaysTheSameAndIsInItsFormAlready()
        => Gen.Double.Where(double.IsFinite).Sample(value =>
        {
            var shown = GoNumbers.Of(value.ToString("R", CultureInfo.InvariantCulture))!;
            return double.Parse(shown, CultureInfo.InvariantCulture) == value && GoNumbers.Of(shown) == shown;
        });

    [Fact]
    public async Task Numbers_AreShownAsIntegersWhereTheyAre()
    {
        await _http.DefineAsync(Crds.Widgets("""{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"count":{"type":"integer"}}}"""));
        var (code, body, _) = await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"count":1e+06,"list":[1.0,{"deep":2.50}],"big":12345678901234567890}"""));
        Assert.True(code == HttpStatusCode.Created, body.Message());
        Assert.Equal("""{"big":12345678901234567000,"count":1000000,"list":[1,{"deep":2.5}]}""", body["spec"]!.ToJsonString());

        (code, body, _) = await _http.SendAsync("PATCH", Crds.Path("a"), """{"spec":{"count":2.0}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal("2", body["spec"]!["count"]!.ToJsonString());

        (code, body, _) = await _http.SendAsync("POST", Crds.Path(), Crds.Widget("b", """{"count":1e400}"""));
        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Contains("json: cannot unmarshal number 1e400 into Go value of type float64", body.Message());
    }

    [Fact]
    public async Task Finalizer_WithoutADomain_IsWarnedOfWhenItComes()
    {
        await _http.DefineAsync(Crds.Widgets());
        var (code, body, answer) = await _http.SendAsync("POST", Crds.Path(),
            """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a","finalizers":["late","example.com","example.com/hold","orphan"]}}""");
        Assert.True(code == HttpStatusCode.Created, body.Message());
        Assert.Equal(
            [
                """299 - "metadata.finalizers: \"example.com\": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers" """.TrimEnd(),
                """299 - "metadata.finalizers: \"late\": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers" """.TrimEnd(),
            ],
            answer.Headers.GetValues("Warning"));

        (code, _, answer) = await _http.SendAsync("PATCH", Crds.Path("a"), """{"metadata":{"labels":{"a":"b"}}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.False(answer.Headers.Contains("Warning"));
    }
}

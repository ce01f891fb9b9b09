using System.Text;
using CsCheck;
using Orch.ApiServer.Decoding;

namespace Orch.ApiServer.Tests.Decoding;

public sealed class GoValuesTests
{
    [Fact]
    public void PlainQuantities_AreQuantities()
        => Gen.Char["0123456789.mkKMGTie+-"].Array[0, 8].Select(static letters => new string(letters)).Sample(
            static text => !GoValues.IsPlainQuantity(Encoding.UTF8.GetBytes(text)) || GoValues.FaultOfQuantity(text) is null, iter: 20_000);

    [Theory]
    [InlineData("100m")]
    [InlineData("128Mi")]
    [InlineData("1.5Gi")]
    [InlineData("2")]
    [InlineData("0.5")]
    public void CommonQuantities_ArePlain(string text) => Assert.True(GoValues.IsPlainQuantity(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("2024-01-02T03:04:05Z", null)]
    [InlineData("2024-01-02T03:04:05.123456Z", null)]
    [InlineData("2024-02-29T03:04:05+02:00", null)]
    [InlineData("2023-02-29T03:04:05Z", "day out of range")]
    [InlineData("2023-13-01T03:04:05Z", "month out of range")]
    [InlineData("2023-01-01T24:04:05Z", "hour out of range")]
    [InlineData("2023-01-01", "cannot parse \"\" as \"T\"")]
    [InlineData("2023-01-01T00:00:00", "cannot parse \"\" as \"Z07:00\"")]
    [InlineData("2023-01-01T00:00:00Zx", "extra text: \"x\"")]
    public void Times_AreCheckedAsGoChecks(string text, string? fault)
    {
        var actual = GoValues.FaultOfTime(text);
        if (fault is null) { Assert.Null(actual); }
        else { Assert.Contains(fault, actual, StringComparison.Ordinal); }
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("aGk=", null)]
    [InlineData("aG\nk=", null)]
    [InlineData("a", "illegal base64 data at input byte 0")]
    [InlineData("aGk", "illegal base64 data at input byte 0")]
    [InlineData("a*==", "illegal base64 data at input byte 1")]
    public void Base64_IsCheckedAsGoChecks(string text, string? fault) => Assert.Equal(fault, GoValues.FaultOfBase64(Encoding.UTF8.GetBytes(text)));
}

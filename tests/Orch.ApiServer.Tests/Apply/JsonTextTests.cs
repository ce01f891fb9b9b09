using System.Text;
using CsCheck;
using Orch.ApiServer.Apply;

namespace Orch.ApiServer.Tests.Apply;

public sealed class JsonTextTests
{
    [Fact]
    public void SameAtEnd_RandomTexts_IsWhatACountByHandGives()
        => Gen.Select(Gen.String[Gen.Char['a', 'b'], 0, 300], Gen.String[Gen.Char['a', 'b'], 0, 300], Gen.String[Gen.Char['a', 'b'], 0, 300]).Sample((left, right, tail) =>
        {
            var (one, two) = (Encoding.UTF8.GetBytes(left + tail), Encoding.UTF8.GetBytes(right + tail));
            var same = 0;
            while (same < Math.Min(one.Length, two.Length) && one[^(same + 1)] == two[^(same + 1)]) { same++; }
            return JsonText.SameAtEnd(one, two) == same;
        });

    [Theory]
    [InlineData("""{"metadata":{"labels":{"a":"1"},"managedFields":[{"time":"1"}]}}""", """{"metadata":{"labels":{"a":"1"},"managedFields":[{"time":"2"}]}}""", true)]
    [InlineData("""{"metadata":{"labels":{"a":"1"},"managedFields":[{"time":"1"}]}}""", """{"metadata":{"labels":{"a":"2"},"managedFields":[{"time":"2"}]}}""", false)]
    [InlineData("""{"metadata":{"managedFields":[{"time":"1"}]}}""", """{"metadata":{"managedFields":[{"time":"1"}]}}""", false)]
    [InlineData("""{"metadata":{"labels":{"a":"1"}}}""", """{"metadata":{"labels":{"a":"2"}}}""", false)]
    public void DifferFirst_TwoObjects_TellsWhetherManagedFieldsMayBeTheFirstDifference(string left, string right, bool may)
        => Assert.Equal(may, ManagedFieldsText.DifferFirst(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right)));
}

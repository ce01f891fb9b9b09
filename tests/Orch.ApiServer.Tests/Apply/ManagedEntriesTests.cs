using System.Text;
using k8s.Models;
using Orch.ApiServer.Apply;
using Orch.Serialization;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Apply;

public sealed class ManagedEntriesTests
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Decode_ManagerTwice_KeepsTheLastWhereItStands()
    {
        var decoded = ManagedEntries.Decode([Entry("a", "f:x", 0), Entry("b", "f:y", 0), Entry("a", "f:z", 0), Entry("a", "f:z", 0, "v2")])!;
        Assert.Equal(["b f:y", "a f:z", "a f:z"], decoded.Select(entry => $"{entry.Manager} {Fields(entry)}"));
    }

    [Fact]
    public void Cap_PutsTheOldestOfAVersionTogether()
    {
        List<V1ManagedFieldsEntry> entries = [.. Enumerable.Range(0, 13).Select(number => Entry($"m{number}", $"f:n{number}", number, number % 2 == 0 ? "v1" : "v2"))];
        ManagedEntries.Cap(entries);
        Assert.Equal(
            ["ancient-changes v1 f:n0,f:n2,f:n4", "ancient-changes v2 f:n1,f:n3", "m5 v2 f:n5", "m6 v1 f:n6", "m7 v2 f:n7", "m8 v1 f:n8", "m9 v2 f:n9", "m10 v1 f:n10", "m11 v2 f:n11", "m12 v1 f:n12"],
            entries.Select(entry => $"{entry.Manager} {entry.ApiVersion} {Fields(entry)}"));
        Assert.Equal([Start.AddSeconds(4), Start.AddSeconds(3)], entries.Take(2).Select(entry => entry.Time));
        entries.Add(Entry("m13", "f:n13", 13));
        ManagedEntries.Cap(entries);
        Assert.Equal(10, entries.Count);
        Assert.Contains(entries, entry => entry.Manager == "ancient-changes");
    }

    [Fact]
    public async Task ManyEntries_CostWhatTheirNumberIs()
    {
        List<V1ManagedFieldsEntry> entries = [.. Enumerable.Range(0, 100_000).Select(number => Entry($"m{number}", $"f:n{number}", number))];
        await Task.Run(() =>
        {
            var decoded = ManagedEntries.Decode(entries)!;
            Assert.Equal(entries.Count, decoded.Count);
            ManagedEntries.Cap(decoded);
            Assert.Equal(10, decoded.Count);
        }).Within("the entries to be read", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task StepsThatStandTwice_CostWhatTheirNumberIs()
    {
        const int Count = 200_000;
        var text = new StringBuilder("{\"f:twice\":{},\"f:twice\":{}");
        for (var number = 0; number < Count; number++) { text.Append(",\"f:s").Append(number).Append("\":{}"); }
        for (var number = 0; number < Count; number++) { text.Append(",\"f:many\":{\"f:below").Append(number).Append("\":{}}"); }
        var json = Encoding.UTF8.GetBytes(text.Append('}').ToString());
        await Task.Run(() =>
        {
            var set = FieldsV1.Read(json);
            Assert.Equal(Count + 2, set.Nodes.Length);
            Assert.Equal(Count, set.Find("f:many"u8)!.Value.Children.Nodes.Length);
        }).Within("the set to be read", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void StepsThatStandTwice_AreOneWithAllThatIsBelow()
        => Assert.Equal(
            """{"f:a":{".":{},"f:b":{".":{},"f:c":{},"f:d":{}},"f:e":{}}}""",
            Encoding.UTF8.GetString(FieldsV1.Write(FieldsV1.Read("""{"f:a":{"f:b":{"f:c":{}}},"f:a":{".":{},"f:e":{}},"f:a":{"f:b":{".":{},"f:d":{}}}}"""u8))));

    [Fact]
    public void Numbers_HaveOneOrder_HoweverLong()
    {
        string[] ordered = ["v:-20000000000000000000000000", "v:-3", "v:-1", "v:0", "v:3", "v:5", "v:10", "v:20000000000000000000000000", "v:99999999999999999999999999"];
        foreach (var (left, index) in ordered.Select((text, index) => (text, index)))
        {
            for (var other = 0; other < ordered.Length; other++)
            {
                Assert.Equal(Math.Sign(index - other), Math.Sign(PathElement.Compare(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(ordered[other]))));
            }
        }
    }

    private static V1ManagedFieldsEntry Entry(string manager, string step, int second, string version = "v1")
        => ManagedEntries.Make(manager, ManagedEntries.Update, version, string.Empty, Start.AddSeconds(second), new RawJson(Encoding.UTF8.GetBytes($"{{\"{step}\":{{}}}}")));

    private static string Fields(V1ManagedFieldsEntry entry) => string.Join(',', ManagedEntries.FieldsOf(entry, null).Nodes.ToArray().Select(node => Encoding.UTF8.GetString(node.Element)));
}

using CsCheck;
using k8s.Models;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Json;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Apply;

public sealed class ApplierTests
{
    private const string Version = "example.com/v1";
    private static readonly DateTime Start = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly Applier _applier = new(new FieldsPool());

    public static TheoryData<string, string, string, string> Merges => new()
    {
        // live, applied, merged, owned
        { """{"count":1}""", """{"count":2}""", """{"count":2}""", """{"f:count":{}}""" },
        { """{"count":1}""", """{"name":"a"}""", """{"count":1,"name":"a"}""", """{"f:name":{}}""" },
        { """{"tags":{"a":"1"}}""", """{"tags":{"b":"2"}}""", """{"tags":{"a":"1","b":"2"}}""", """{"f:tags":{"f:b":{}}}""" },
        { """{"tags":{"a":"1"}}""", """{"tags":{}}""", """{"tags":{"a":"1"}}""", """{"f:tags":{}}""" },
        { """{"whole":{"a":"1"}}""", """{"whole":{"b":"2"}}""", """{"whole":{"b":"2"}}""", """{"f:whole":{}}""" },
        { """{"list":["a","b"]}""", """{"list":["c"]}""", """{"list":["c"]}""", """{"f:list":{}}""" },
        { """{"set":["a","b"]}""", """{"set":["c","a"]}""", """{"set":["c","a","b"]}""", """{"f:set":{"v:\"a\"":{},"v:\"c\"":{}}}""" },
        { """{"items":[{"port":1,"value":"a"},{"port":2}]}""", """{"items":[{"port":2,"value":"x"},{"port":3}]}""", """{"items":[{"port":1,"value":"a"},{"port":2,"value":"x"},{"port":3}]}""", """{"f:items":{"k:{\"port\":2,\"protocol\":\"TCP\"}":{".":{},"f:port":{},"f:value":{}},"k:{\"port\":3,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}}}""" },
        { """{"items":[{"port":1,"protocol":"TCP","value":"a"}]}""", """{"items":[{"port":1,"value":"b"}]}""", """{"items":[{"port":1,"protocol":"TCP","value":"b"}]}""", """{"f:items":{"k:{\"port\":1,\"protocol\":\"TCP\"}":{".":{},"f:port":{},"f:value":{}}}}""" },
        { """{"items":[{"port":1},{"port":2},{"port":3}]}""", """{"items":[{"port":3},{"port":1}]}""", """{"items":[{"port":2},{"port":3},{"port":1}]}""", """{"f:items":{"k:{\"port\":1,\"protocol\":\"TCP\"}":{".":{},"f:port":{}},"k:{\"port\":3,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}}}""" },
        { """{"free":{"a":{"b":1},"l":[1]}}""", """{"free":{"a":{"c":2},"l":[2]}}""", """{"free":{"a":{"b":1,"c":2},"l":[2]}}""", """{"f:free":{"f:a":{".":{},"f:c":{}},"f:l":{}}}""" },
        { """{"free":{"a":1}}""", """{"free":{"a":{"c":2}}}""", """{"free":{"a":{"c":2}}}""", """{"f:free":{"f:a":{".":{},"f:c":{}}}}""" },
        { """{"items":[{"port":1,"value":"a"},{"port":1,"value":"b"}]}""", """{"items":[{"port":1,"value":"c"}]}""", """{"items":[{"port":1,"value":"c"}]}""", """{"f:items":{"k:{\"port\":1,\"protocol\":\"TCP\"}":{".":{},"f:port":{},"f:value":{}}}}""" },
    };

    [Theory]
    [MemberData(nameof(Merges))]
    public void Apply_OverUnownedFields_MergesAndOwnsWhatItSets(string live, string applied, string merged, string owned)
    {
        var state = new State(Spec(live), [Entry("someone", "Update", """{"f:metadata":{"f:labels":{"f:x":{}}}}""")]);
        var after = Do(state, "me", applied, force: true);
        Assert.Equal(Text(Spec(merged)), Text(after.Object));
        Assert.Equal($$"""{"f:spec":{{owned}}}""", Owned(after, "me"));
    }

    [Fact]
    public void Apply_OthersValue_ConflictsUntilForced()
    {
        var state = new State(Spec("""{"count":1,"name":"a"}"""), [Entry("kubectl-client-side-apply", "Update", """{"f:spec":{"f:count":{},"f:name":{}}}""")]);
        var outcome = Try(state, "me", """{"count":2,"name":"b"}""", force: false);
        Assert.Equal([".spec.count", ".spec.name"], outcome.Conflicts.Single().Fields.Paths());

        Assert.Empty(Try(state, "me", """{"count":1}""", force: false).Conflicts);
        var forced = Do(state, "me", """{"count":2}""", force: true);
        Assert.Equal("""{"f:spec":{"f:count":{}}}""", Owned(forced, "me"));
        Assert.Equal("""{"f:spec":{"f:name":{}}}""", Owned(forced, "kubectl-client-side-apply"));
    }

    [Fact]
    public void Apply_LessThanBefore_RemovesWhatNobodyElseOwns()
    {
        var state = Do(State.None, "me", """{"count":1,"tags":{"a":"1","b":"2"},"set":["x","y"],"items":[{"port":1,"value":"v"},{"port":2}],"list":["l"]}""");
        state = Do(state, "other", """{"tags":{"b":"2"},"set":["y"],"items":[{"port":2}]}""");
        var after = Do(state, "me", """{"tags":{"a":"1"}}""");
        Assert.Equal(Text(Spec("""{"tags":{"a":"1","b":"2"},"set":["y"],"items":[{"port":2}]}""")), Text(after.Object));
        Assert.Equal("""{"f:spec":{"f:tags":{"f:a":{}}}}""", Owned(after, "me"));
    }

    [Fact]
    public void Apply_ItemWithAnothersField_KeepsTheItemForTheOther()
    {
        var state = Do(State.None, "me", """{"items":[{"port":1,"value":"v"},{"port":2}]}""");
        state = Update(state, "controller", """{"items":[{"port":1,"value":"v","more":{"x":"y"}},{"port":2}]}""");
        var after = Do(state, "me", """{"items":[{"port":2}]}""");
        Assert.Equal(Text(Spec("""{"items":[{"port":2}]}""")), Text(after.Object));

        // The other one applied the item, so it stays with what that one owns.
        state = Do(state, "other", """{"items":[{"port":1,"more":{"x":"y"}}]}""");
        after = Do(state, "me", """{"items":[{"port":2}]}""");
        Assert.Equal(Text(Spec("""{"items":[{"port":1,"more":{"x":"y"}},{"port":2}]}""")), Text(after.Object));
    }

    [Fact]
    public void Apply_WhatIsThere_SharesItAndChangesNothing()
    {
        var state = Do(State.None, "me", """{"count":1}""");
        var outcome = Try(state, "other", """{"count":1}""", force: false);
        Assert.Null(outcome.Json);
        Assert.Equal("""{"f:spec":{"f:count":{}}}""", outcome.Entries.Single(static entry => entry.Manager == "other").FieldsV1.ToString());

        // A field goes only when its last applier lets go of it.
        var shared = state with { Entries = outcome.Entries };
        var without = Do(shared, "other", """{"name":"x"}""");
        Assert.Equal(Text(Spec("""{"count":1,"name":"x"}""")), Text(without.Object));
        Assert.Equal(Text(Spec("""{"name":"x"}""")), Text(Do(without, "me", """{"on":null}""").Object).Replace(",\"on\":null", string.Empty, StringComparison.Ordinal));
    }

    [Fact]
    public void Apply_ToAnObjectNobodyOwns_KeepsWhatWasThereForItsFormerWriters()
    {
        var state = new State(Spec("""{"count":1,"tags":{"a":"1"}}"""), []);
        var outcome = Try(state, "me", """{"count":2}""", force: false);
        Assert.Equal("before-first-apply", outcome.Conflicts.Single().Owner.Manager);
        var after = Do(state, "me", """{"count":2}""", force: true);
        Assert.Equal("""{"f:spec":{".":{},"f:tags":{".":{},"f:a":{}}}}""", Owned(after, "before-first-apply"));
    }

    [Fact]
    public void Apply_AVersionThatIsGone_FreesItsFields()
    {
        var state = new State(Spec("""{"count":1}"""), [Entry("old", "Update", """{"f:spec":{"f:count":{}}}""") with { ApiVersion = "example.com/v0" }]);
        Assert.Empty(Try(state, "me", """{"count":2}""", force: false).Conflicts);
    }

    [Fact]
    public void Apply_Random_HoldsItsPromises() => Gen.Select(Specs, Specs, Specs).Sample((first, second, third) =>
    {
        var state = Do(Do(State.None, "a", first), "b", second, force: true);

        // Twice is once.
        var again = Try(state, "b", second, force: false);
        Assert.Empty(again.Conflicts);
        Assert.Null(again.Json);

        // Everything in the object belongs to somebody, and nothing is owned that is not there.
        var all = state.Entries.Aggregate(FieldSet.Empty, static (set, entry) => set.Union(ManagedEntries.FieldsOf(entry, MergeTypes.Custom)));
        var there = TreeFields.Of(state.Object, MergeTypes.Custom);
        Assert.True(IgnoredFields.Nothing.Filter(there).Except(all).Except(Identity).IsEmpty, $"unowned: {there.Except(all)}");

        // What another takes by force, the first has to fight for.
        var taken = Do(state, "c", third, force: true);
        var mine = TreeFields.Of(Spec(third), MergeTypes.Custom).Except(Identity);
        Assert.True(mine.Except(Set(taken, "c")).IsEmpty);

        // One that applies nothing any more leaves nothing that only it owned.
        var gone = Do(taken, "c", "{}", force: true);
        var others = gone.Entries.Where(static entry => entry.Manager != "c").Aggregate(FieldSet.Empty, static (set, entry) => set.Union(ManagedEntries.FieldsOf(entry, MergeTypes.Custom)));
        var only = mine.Except(others.WithNamedFields(MergeTypes.Custom));
        foreach (var path in TreeFields.Of(gone.Object, MergeTypes.Custom).Intersect(only).Except(others).Paths())
        {
            Assert.Fail($"{path} outlived its owner in {Text(gone.Object)} after {third}");
        }
    });

    [Fact]
    public void Update_Random_TakesOverExactlyWhatChanged() => Gen.Select(Specs, Specs).Sample((first, second) =>
    {
        var state = Update(Do(State.None, "a", first), "u", second);
        var changes = ChangeWalker.Between(JsonTree.Write(Spec(first)), JsonTree.Write(Spec(second)), MergeTypes.Custom, IgnoredFields.Nothing);
        Assert.True(Set(state, "u").SetEquals(changes.Changed));
        Assert.False(Set(state, "a").Overlaps(changes.Changed));
        Assert.False(Set(state, "a").Overlaps(changes.Removed));
    });

    private static readonly FieldSet Identity = MergeTypes.Set("""{"f:apiVersion":{},"f:kind":{},"f:metadata":{"f:name":{}},"f:spec":{}}""");

    private static readonly Gen<string> Words = Gen.OneOf<string>("a", "b", "c");

    private static readonly Gen<string> Specs = Gen.Select(
        Gen.Dictionary(Words, Words)[0, 3], Gen.Int[0, 3], Words.HashSet[0, 3], Gen.Dictionary(Gen.Int[1, 3], Words)[0, 3], Gen.Dictionary(Words, Gen.Int[0, 2])[0, 2], Gen.Int[0, 63],
        static (tags, count, set, items, free, parts) =>
        {
            var fields = new List<string>();
            if ((parts & 1) != 0) { fields.Add($"\"count\":{count}"); }
            if ((parts & 2) != 0 && tags.Count > 0) { fields.Add($"\"tags\":{{{string.Join(',', tags.Select(static pair => $"\"{pair.Key}\":\"{pair.Value}\""))}}}"); }
            if ((parts & 4) != 0 && tags.Count > 0) { fields.Add($"\"whole\":{{{string.Join(',', tags.Select(static pair => $"\"{pair.Key}\":\"{pair.Value}\""))}}}"); }
            if ((parts & 8) != 0 && set.Count > 0) { fields.Add($"\"set\":[{string.Join(',', set.Select(static item => $"\"{item}\""))}]"); }
            if ((parts & 16) != 0 && items.Count > 0) { fields.Add($"\"items\":[{string.Join(',', items.Select(static pair => $"{{\"port\":{pair.Key},\"value\":\"{pair.Value}\"}}"))}]"); }
            if ((parts & 32) != 0 && free.Count > 0) { fields.Add($"\"free\":{{{string.Join(',', free.Select(static pair => $"\"{pair.Key}\":{{\"x\":{pair.Value}}}"))}}}"); }
            return $"{{{string.Join(',', fields)}}}";
        });

    private static JsonMap Spec(string spec) => MergeTypes.Map($$"""{"apiVersion":"{{Version}}","kind":"C","metadata":{"name":"n"},"spec":{{spec}}}""");

    private static string Text(JsonMap value) => System.Text.Encoding.UTF8.GetString(JsonTree.Write(value));

    private static V1ManagedFieldsEntry Entry(string manager, string operation, string fields)
        => ManagedEntries.Make(manager, operation, Version, string.Empty, Start, new RawJson(MergeTypes.Bytes(fields)));

    private static FieldSet Set(State state, string manager)
        => state.Entries.FirstOrDefault(entry => entry.Manager == manager) is { } entry ? ManagedEntries.FieldsOf(entry, MergeTypes.Custom) : FieldSet.Empty;

    private static string Owned(State state, string manager) => Set(state, manager).ToString();

    // Without a conversion nothing is waited for.
    private ApplyOutcome Try(State state, string manager, string spec, bool force)
    {
        var request = new ApplyRequest(manager, Version, string.Empty) { Force = force, Now = Start, Ignored = IgnoredFields.OfScale };
        var outcome = _applier.ApplyAsync(state.Object, state.Entries, Spec(spec), request, new OneVersion(), CancellationToken.None).AsTask();
        Assert.True(outcome.IsCompleted);
        return outcome.GetAwaiter().GetResult();
    }

    private State Do(State state, string manager, string spec, bool force = false)
    {
        var outcome = Try(state, manager, spec, force);
        Assert.Empty(outcome.Conflicts.SelectMany(static conflict => conflict.Fields.Paths()));
        return new State(outcome.Json is null ? state.Object : (JsonMap)JsonTree.Read(outcome.Json)!, outcome.Entries);
    }

    // What the account of an update comes to, without a server.
    private static State Update(State state, string manager, string spec)
    {
        var changes = ChangeWalker.Between(JsonTree.Write(state.Object), JsonTree.Write(Spec(spec)), MergeTypes.Custom, IgnoredFields.OfScale);
        var entries = new List<V1ManagedFieldsEntry>();
        foreach (var entry in state.Entries)
        {
            var rest = ManagedEntries.FieldsOf(entry, MergeTypes.Custom).Except(changes.Changed).Except(changes.Removed);
            if (!rest.IsEmpty) { entries.Add(entry with { FieldsV1 = new RawJson(FieldsV1.Write(rest)) }); }
        }

        if (!changes.Changed.IsEmpty) { entries.Add(Entry(manager, "Update", changes.Changed.ToString())); }
        return new State(Spec(spec), entries);
    }

    private sealed record State(JsonMap Object, IReadOnlyList<V1ManagedFieldsEntry> Entries)
    {
        public static State None => new([], []);
    }

    private sealed class OneVersion : IApplyVersions
    {
        public MergeType? TypeOf(string apiVersion) => apiVersion == Version ? MergeTypes.Custom : null;

        public ValueTask<JsonMap> ConvertAsync(JsonMap value, string from, string to, CancellationToken cancellationToken) => new(value);
    }
}

using CsCheck;
using Orch.Storage;

namespace Orch.Contracts.Storage;

/// <summary>A random sequence of operations, in words that mean the same on every store.</summary>
public static class StoreScript
{
    public static readonly string[] Keys = ["/a", "/a/b", "/a/c", "/ab", "/b/x", "/b/y", "/c"];
    public static readonly string[] Prefixes = ["/", "/a", "/a/", "/b/", "/b/x", "/none/"];

    public enum Guard
    {
        None,
        Absent,
        Current,
        Stale,
    }

    public static Gen<Step[]> Steps { get; } = MakeSteps();

    public abstract record Step;

    /// <summary>Writes where a value below zero deletes.</summary>
    public sealed record Commit(Dictionary<int, Guard> Guards, Dictionary<int, int> Writes) : Step;

    /// <param name="Back">So many revisions before the newest; below zero in the future.</param>
    public sealed record Read(int From, int? To, int Limit, int? Back, bool KeysOnly) : Step;

    public sealed record Watch(int Prefix, int Back) : Step;

    public sealed record Compact(int Back) : Step;

    private static Gen<Step[]> MakeSteps()
    {
        var key = Gen.Int[0, Keys.Length - 1];
        var guards = Gen.Dictionary(key, Gen.Enum<Guard>())[0, 2];
        var writes = Gen.Dictionary(key, Gen.Int[-2, 20])[1, 3];
        var commit = Gen.Select(guards, writes, (g, w) => (Step)new Commit(g, w));
        var read = Gen.Select(key, key.Nullable(), Gen.Int[0, 4], Gen.Int[-1, 12].Nullable(), Gen.Bool, (from, to, limit, back, keysOnly) => (Step)new Read(from, to, limit, back, keysOnly));
        var watch = Gen.Select(Gen.Int[0, Prefixes.Length - 1], Gen.Int[0, 15], (prefix, back) => (Step)new Watch(prefix, back));
        var compact = Gen.Int[-1, 10].Select(back => (Step)new Compact(back));
        return Gen.Frequency((12, commit), (4, read), (3, watch), (1, compact)).Array[1, 60];
    }
}

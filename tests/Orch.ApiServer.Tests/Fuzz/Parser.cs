namespace Orch.ApiServer.Tests.Fuzz;

/// <summary>Something that reads what clients send.</summary>
/// <param name="Read">Reads a text; a refusal is one of <paramref name="Refusals"/>.</param>
/// <param name="Seeds">Texts it takes, from which others are made.</param>
/// <param name="Refusals">What it may throw; nothing else.</param>
internal sealed record Parser(Action<string> Read, string[] Seeds, params Type[] Refusals)
{
    /// <summary>How many texts are tried.</summary>
    public int Rounds { get; init; } = 3000;

    /// <summary>Bytes that may be allocated however short the text.</summary>
    public long BytesAtLeast { get; init; } = 256 * 1024;

    /// <summary>Bytes that may be allocated for each character.</summary>
    public long BytesPerCharacter { get; init; } = 400;

    /// <summary>The longest text, in characters, that reaches it; the server takes no longer ones.</summary>
    public int LongestText { get; init; } = 200_000;
}

namespace Orch.ApiServer.Resources;

/// <summary>Says that what a table's row shows has run to its end.</summary>
/// <param name="Reason">In a word.</param>
/// <param name="Message">In a sentence.</param>
internal sealed record RowCondition(string Reason, string Message)
{
    /// <summary>The one type that upstream has.</summary>
    public const string Type = "Completed";
}

namespace Orch.ApiServer.Resources;

/// <summary>One column of a <c>Table</c> answer.</summary>
/// <param name="Name">As kubectl prints it, in title case: <c>Ready</c>.</param>
/// <param name="Type"><c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c> or <c>date</c>.</param>
/// <param name="Value">The cell of an object at a time: a string, a number, a boolean or null. Pure.</param>
public sealed record PrinterColumn(string Name, string Type, Func<object, DateTimeOffset, object?> Value)
{
    /// <summary><c>name</c> for the name column, else empty.</summary>
    public string Format { get; init; } = string.Empty;

    /// <summary>What the column tells.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>0: always shown; 1: with <c>-o wide</c>.</summary>
    public int Priority { get; init; }
}

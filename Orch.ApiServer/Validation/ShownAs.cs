namespace Orch.ApiServer.Validation;

/// <summary>A value that a message shows as this text, without quotes.</summary>
internal sealed record ShownAs(string Text);

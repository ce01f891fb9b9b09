namespace Orch.Scheduling.Framework;

/// <summary>A plugin that a host added: enabled in every profile that does not disable it.</summary>
internal sealed record PluginRegistration(Type PluginType, int Weight);

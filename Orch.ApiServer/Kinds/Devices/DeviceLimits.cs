namespace Orch.ApiServer.Kinds.Devices;

/// <summary>How much the kinds of device allocation may hold.</summary>
internal static class DeviceLimits
{
    public const int Requests = 32;
    public const int SubRequests = 8;
    public const int Constraints = 32;
    public const int Configurations = 32;
    public const int Selectors = 32;
    public const int Results = 32;
    public const int Consumers = 256;
    public const int ExpressionBytes = 10 * 1024;
    public const ulong ExpressionCost = 1_000_000;
    public const int ParameterBytes = 10 * 1024;
    public const int StatusConditions = 8;
    public const int Addresses = 16;
    public const int InterfaceNameBytes = 256;
    public const int HardwareAddressBytes = 128;
    public const int PoolNameBytes = 253;
    public const int Devices = 128;
    public const int AdvancedDevices = 64;
    public const int AttributesAndCapacities = 32;
    public const int AttributeBytes = 64;
    public const int DomainBytes = 63;
    public const int IdentifierBytes = 32;
    public const int KeyLength = DomainBytes + 1 + IdentifierBytes;
    public const int Taints = 16;
    public const int CounterSets = 8;
    public const int Counters = 32;
    public const int CounterConsumptions = 2;
    public const int BindingConditions = 4;
    public const int PolicyValues = 10;
}

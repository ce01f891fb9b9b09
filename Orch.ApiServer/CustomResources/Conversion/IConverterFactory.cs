using k8s.Models;

namespace Orch.ApiServer.CustomResources.Conversion;

/// <summary>Makes the converter that a definition asks for.</summary>
internal interface IConverterFactory
{
    /// <summary>Null where versions have the same form.</summary>
    IObjectConverter? Create(V1CustomResourceDefinition definition);
}
